/** That a real API server takes what the fake kubelet writes, and tells it as it tells of real ones. */
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isReady } from '../fake-kubelet/kubelet-pod.ts';
import { FakeKubelet } from '../fake-kubelet.ts';
import { ApiClient } from './api-client.ts';
import { podOf } from './pod-manifests.ts';
import { controlPlane, describeWithApiServer, eventually, kubectlJson } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

const count = 40;

describeWithApiServer('the fake kubelet', () => {
  let namespace: TestNamespace;
  let kubelet: FakeKubelet;
  beforeAll(async () => {
    namespace = await createNamespace();
    kubelet = await FakeKubelet.start(controlPlane(), { namespace: namespace.name, restartMs: 1000 });
    const pods = Array.from({ length: count }, (_, index) => manifest(`web-${index}`));
    await namespace.kubectl('create -f -', { apiVersion: 'v1', kind: 'List', items: pods });
    await eventually(() => expect(kubelet.readyPods).toBe(count));
  });
  afterAll(() => kubelet?.stop());

  it('makes all pods ready, on nodes of several zones', async () => {
    const pods = await namespace.pods();
    expect(pods.every(({ status }) => isReady(status as never) && status?.phase === 'Running')).toBe(true);
    expect(new Set(pods.map(({ spec }) => spec?.nodeName))).toEqual(new Set(kubelet.nodes));
    const zones = await kubectlJson<{ items: readonly { metadata: { labels: Record<string, string> } }[] }>(
      'get nodes -l topology.kubernetes.io/zone',
    );
    const found = zones.items.map(({ metadata }) => metadata.labels['topology.kubernetes.io/zone']);
    expect(new Set(found)).toEqual(new Set(['zone-1', 'zone-2', 'zone-3']));
    expect(kubelet.problems).toEqual([]);
  });

  it('restarts a sidecar alone, and the pod is not ready meanwhile', async () => {
    const before = await namespace.pod('web-0');
    const seen = await readinessWhile('web-0', async () => {
      await setImage('web-0', 'sync:2');
      await eventually(async () => expect(sidecarOf(await namespace.pod('web-0'))?.restartCount).toBe(1));
      await eventually(async () =>
        expect(isReady((await namespace.pod('web-0')).status as never)).toBe(true),
      );
    });
    expect(seen.filter((ready, index) => ready !== seen[index - 1])).toEqual([true, false, true]);
    const after = await namespace.pod('web-0');
    expect(sidecarOf(after)?.containerID).not.toBe(sidecarOf(before)?.containerID);
    expect(after.status?.containerStatuses).toEqual(before.status?.containerStatuses);
    expect((await namespace.pod('web-1')).status).toEqual(
      expect.objectContaining({ initContainerStatuses: [expect.objectContaining({ restartCount: 0 })] }),
    );
  });

  it('leaves a pod unready whose image is bad, until it has a good one', async () => {
    await setImage('web-2', 'sync:bad');
    await eventually(async () => {
      const pod = await namespace.pod('web-2');
      expect(sidecarOf(pod)?.state?.waiting?.reason).toBe('ErrImagePull');
      expect(isReady(pod.status as never)).toBe(false);
    });
    await setImage('web-2', 'sync:1');
    await eventually(async () => expect(isReady((await namespace.pod('web-2')).status as never)).toBe(true));
  });

  it('lets a pod go that is deleted', async () => {
    await namespace.kubectl('delete pod web-3 --timeout=30s');
    expect(kubelet.readyPods).toBeLessThan(count);
    expect(kubelet.problems).toEqual([]);
  });

  async function setImage(name: string, image: string): Promise<void> {
    await namespace.kubectl(`set image pod/${name} sync=${image}`);
  }

  /** Whether the pod was ready in each event of a watch. */
  async function readinessWhile(name: string, work: () => Promise<void>): Promise<readonly boolean[]> {
    const client = new ApiClient(controlPlane());
    const ended = new AbortController();
    const seen: boolean[] = [];
    const path = `/api/v1/namespaces/${namespace.name}/pods?watch=true&fieldSelector=metadata.name%3D${name}`;
    const watched = (async () => {
      for await (const { object } of client.watch<V1Pod>(path, ended.signal))
        seen.push(isReady(object.status as never));
    })().catch(() => undefined);
    try {
      await eventually(() => expect(seen).not.toEqual([]));
      await work();
      await eventually(() => expect(seen.at(-1)).toBe(true));
    } finally {
      ended.abort();
      await watched;
      client.close();
    }
    return seen;
  }
});

function manifest(name: string) {
  return podOf(name, undefined, {
    initContainers: [{ name: 'sync', image: 'sync:1', restartPolicy: 'Always' }],
  });
}

function sidecarOf({ status }: V1Pod) {
  return status?.initContainerStatuses?.find(({ name }) => name === 'sync');
}
