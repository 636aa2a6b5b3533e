/** When a change reaches the pods, held against what the controllers do; and templates that are copies of pods. */
import type { V1PodSpec } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { mountedGitSync, podOf, repository } from './pod-manifests.ts';
import { describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { type WorkloadKind, workloadOf } from './workload-manifests.ts';

const annotate = `sidecar.io/git-sync=${repository} sidecar.io/git-sync.mount=/site`;
const willGet = (when: string) => `Warning: web's pods will get git-sync ${when}, content at /site/current\n`;

describeWithControllers('an annotated workload says when its pods change', () => {
  useWebhook();

  it('a paused Deployment: once it is resumed', async () => {
    const namespace = await created('Deployment', 1, { paused: false });
    await namespace.kubectl('rollout pause deployment/web');
    const { stderr } = await namespace.kubectl(`annotate deployment web ${annotate}`);
    expect(stderr).toBe(willGet('once the Deployment is resumed'));
    expect(await injectedPods(namespace)).toEqual([]);
    await namespace.kubectl('rollout resume deployment/web');
    await eventually(async () => expect(await injectedPods(namespace)).toHaveLength(1));
  });

  it('a StatefulSet with OnDelete: once each is deleted', async () => {
    const namespace = await created('StatefulSet', 1, { updateStrategy: { type: 'OnDelete' } });
    const { stderr } = await namespace.kubectl(`annotate statefulset web ${annotate}`);
    expect(stderr).toBe(willGet('once each is deleted'));
    await observed(namespace);
    expect(await injectedPods(namespace)).toEqual([]);
    await namespace.kubectl('delete pod web-0');
    await eventually(async () => expect(await injectedPods(namespace)).toEqual(['web-0']));
  });

  it('a StatefulSet with a partition: from that ordinal up', async () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };
    const spec = { replicas: 2, podManagementPolicy: 'Parallel', updateStrategy, ordinals: { start: 3 } };
    const namespace = await created('StatefulSet', 2, spec);
    const { stderr } = await namespace.kubectl(`annotate statefulset web ${annotate}`);
    expect(stderr).toBe(willGet('from ordinal 4 up'));
    await eventually(async () => expect(await injectedPods(namespace)).toEqual(['web-4']));
    const { metadata } = await namespace.pod('web-3');
    await namespace.kubectl('delete pod web-3');
    await eventually(async () => {
      const again = await namespace.pod('web-3');
      expect(again.metadata?.uid).not.toBe(metadata?.uid);
    });
    expect(await injectedPods(namespace)).toEqual(['web-4']);
  });

  it('a CronJob: from the next run on', async () => {
    const namespace = await created('CronJob', 0);
    const { stderr } = await namespace.kubectl(`annotate cronjob web ${annotate}`);
    expect(stderr).toBe(willGet('from the next run on'));
    expect(
      (await namespace.kubectl('annotate cronjob web sidecar.io/git-sync- sidecar.io/git-sync.mount-'))
        .stderr,
    ).toBe("Warning: web's pods will no longer get git-sync from the next run on\n");
  });
});

describeWithControllers('a template that is a copy of a running pod', () => {
  useWebhook();

  it('is accepted, told what to take out, and gets its sidecar anew when that was done', async () => {
    const namespace = await createNamespace();
    const { pod } = await namespace.createPod(podOf('web', mountedGitSync));
    const { annotations = {} } = pod.metadata ?? {};
    const podSpec = pod.spec as V1PodSpec;
    const deployment = (template: typeof annotations, spec: V1PodSpec) =>
      workloadOf('Deployment', { template, podSpec: spec });
    const { stderr } = await namespace.kubectl('apply -f -', deployment(annotations, podSpec));
    expect(stderr.split('\n').map(line => line.slice('Warning: '.length))).toEqual([
      'the pod template is a copy of an injected pod: git-sync in it is never updated; take it out',
      'take out of the pod template: annotation sidecar.io/status, container git-sync, volume git-sync, volume git-sync-tmp',
      'take out of the pod template: mount web:/site, annotation cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes',
      '',
    ]);
    const taken = ['git-sync', 'git-sync-tmp'];
    const volumes = podSpec.volumes?.filter(({ name }) => !taken.includes(name));
    const [app] = podSpec.containers;
    const volumeMounts = app?.volumeMounts?.filter(({ mountPath }) => mountPath !== '/site');
    const clean = { ...podSpec, initContainers: [], volumes, containers: [{ ...app, volumeMounts }] };
    const again = await namespace.kubectl('apply -f -', deployment(mountedGitSync, clean as V1PodSpec));
    expect(again.stderr).toBe("Warning: web's pods will get git-sync, content at /site/current\n");
    await eventually(async () => expect(await injectedPods(namespace, 'app=web')).not.toEqual([]));
  });
});

/** A workload with that many pods, none of which has a sidecar. */
async function created(kind: WorkloadKind, pods: number, spec: object = {}): Promise<TestNamespace> {
  const namespace = await createNamespace();
  await namespace.kubectl('create -f -', workloadOf(kind, { spec }));
  await eventually(async () => expect(await namespace.pods()).toHaveLength(pods));
  return namespace;
}

/** Waits until the controller has seen the StatefulSet as it is. */
function observed(namespace: TestNamespace): Promise<void> {
  return eventually(async () => {
    const { metadata, status } = await namespace.json<{
      readonly metadata: { readonly generation: number };
      readonly status: { readonly observedGeneration?: number };
    }>('get statefulset web');
    expect(status.observedGeneration).toBe(metadata.generation);
  });
}

async function injectedPods(namespace: TestNamespace, selector?: string): Promise<readonly string[]> {
  const pods = await namespace.pods(selector);
  return pods
    .filter(pod => pod.spec?.initContainers?.some(({ name }) => name === 'git-sync'))
    .flatMap(({ metadata }) => metadata?.name ?? []);
}
