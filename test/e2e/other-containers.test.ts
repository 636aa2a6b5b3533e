import type { V1Pod } from '@kubernetes/client-node';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { OtherWebhook } from './other-webhook.ts';
import { containerNames, mounting } from './pod-containers.ts';
import { mountedGitSync, podOf } from './pod-manifests.ts';
import {
  controlPlane,
  describeWithApiServer,
  describeWithControllers,
  eventually,
  useWebhook,
} from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

const defaultContainer = 'kubectl.kubernetes.io/default-container';
const agent = { name: 'agent', image: 'example.com/agent:1' };
const orders = ['aa-agent', 'zz-agent'] as const;
const modes = ['native', 'classic'] as const;
const everyWay = orders.flatMap(order => modes.map(mode => [order, mode] as const));

const others: OtherWebhook[] = [];

/** Starts the webhook of somebody else, which is called before ours or after it, by its name. */
async function register(
  name: string,
  namespace: TestNamespace,
  mutate: (pod: V1Pod) => readonly object[],
): Promise<void> {
  const other = new OtherWebhook({ name, namespace, mutate });
  others.push(other);
  await other.start();
}

/** In front of the app, where the first container is looked for. */
function addAgent({ spec }: V1Pod): readonly object[] {
  const isThere = spec?.containers.some(({ name }) => name === agent.name);
  return isThere ? [] : [{ op: 'add', path: '/spec/containers/0', value: agent }];
}

function inMode(mode: string): Readonly<Record<string, string>> {
  return { ...mountedGitSync, 'sidecar.io/git-sync.mode': mode };
}

function expectInApp(pod: V1Pod): void {
  expect(containerNames(pod)).toEqual(expect.arrayContaining(['web', 'agent']));
  expect(mounting(pod)).toEqual(['web']);
}

describe('where another webhook adds a container to each pod', () => {
  afterEach(async () => {
    for (const other of others.splice(0)) await other.stop();
  });

  describeWithApiServer('a pod with one container of its own', () => {
    useWebhook();

    it.each(everyWay)('gets the mount in that one however it is created: %s, %s', async (order, mode) => {
      const namespace = await createNamespace();
      await register(order, namespace, addAgent);
      const annotations = inMode(mode);
      expectInApp((await namespace.createPod(podOf('created', annotations))).pod);
      expectInApp(await namespace.json<V1Pod>('apply -f -', podOf('applied', annotations)));
      expectInApp(await namespace.json<V1Pod>('apply --server-side -f -', podOf('merged', annotations)));
      const { metadata, ...rest } = podOf('', annotations);
      const generated = {
        ...rest,
        metadata: { generateName: 'web-', annotations: metadata.annotations ?? {} },
      };
      expectInApp((await namespace.createPod(generated)).pod);
      const client = new ApiClient(controlPlane());
      const path = `/api/v1/namespaces/${namespace.name}/pods`;
      const { body } = await client.ask<V1Pod>({ method: 'POST', path, body: podOf('posted', annotations) });
      client.close();
      expectInApp(body);
    });

    it.each(orders)('gets it where its manifest brings managed fields of another pod: %s', async order => {
      const namespace = await createNamespace();
      await namespace.createPod(podOf('old', { 'sidecar.io/inject': 'false' }));
      const old = await namespace.json<V1Pod>('get pod old --show-managed-fields');
      const managedFields = (old.metadata?.managedFields ?? []).map(entry => ({ ...entry, manager: 'old' }));
      expect(JSON.stringify(managedFields)).toContain('k:{\\"name\\":\\"web\\"}');
      await register(order, namespace, addAgent);
      const { metadata, ...rest } = podOf('new', mountedGitSync);
      // It has another container than the pod that the fields are of.
      const spec = { containers: [{ name: 'app', image: 'nginx:1.29' }] };
      const copy = { ...rest, spec, metadata: { ...metadata, managedFields } };
      expect(mounting((await namespace.createPod(copy)).pod)).toEqual(['app']);
    });

    it('is not told from the agent where somebody takes the managed fields out as well, and it is said what to do', async () => {
      const namespace = await createNamespace();
      await register('aa-agent', namespace, pod => [
        ...addAgent(pod),
        ...(pod.metadata?.managedFields ? [{ op: 'remove', path: '/metadata/managedFields' }] : []),
      ]);
      expect(await namespace.refusalOf(podOf('web', mountedGitSync))).toContain(
        'which container? set sidecar.io/git-sync.containers to one or more of agent,web (mount-container-ambiguous)',
      );
      const named = { ...mountedGitSync, 'sidecar.io/git-sync.containers': 'web' };
      expectInApp((await namespace.createPod(podOf('web', named))).pod);
    });

    it('gets it there although the agent is said to be the default container', async () => {
      const namespace = await createNamespace();
      await register('aa-agent', namespace, pod => [
        ...addAgent(pod),
        ...(pod.metadata?.annotations
          ? [
              {
                op: 'add',
                path: `/metadata/annotations/${defaultContainer.replace('/', '~1')}`,
                value: agent.name,
              },
            ]
          : []),
      ]);
      expectInApp((await namespace.createPod(podOf('web', mountedGitSync))).pod);
    });

    it('gets it in the agent where its author says so', async () => {
      const namespace = await createNamespace();
      await register('aa-agent', namespace, addAgent);
      const said = { ...mountedGitSync, [defaultContainer]: agent.name };
      expect(mounting((await namespace.createPod(podOf('web', said))).pod)).toEqual(['agent']);
    });
  });

  describeWithControllers('a workload with one container', () => {
    useWebhook();

    it.each(orders)('gets the pods that it was told of: %s', async order => {
      const namespace = await createNamespace();
      await register(order, namespace, addAgent);
      const kinds = ['Deployment', 'StatefulSet', 'Job'] as const;
      for (const kind of kinds) {
        const workload = workloadOf(kind, { name: kind.toLowerCase(), annotations: mountedGitSync });
        const { stderr } = await namespace.kubectl('apply -f -', workload);
        expect(stderr).toContain("'s pods will get git-sync, content at /site/current");
      }
      for (const kind of kinds) {
        const pods = await eventually(async () => {
          const found = await namespace.pods(`app=${kind.toLowerCase()}`);
          expect(found, await namespace.warningEvents()).toHaveLength(1);
          return found;
        });
        for (const pod of pods) expectInApp(pod);
      }
    });
  });
});
