/** What the kubelet would write into the status of pods, and a scheduler into their specification: there is neither. */
import { kubectl } from './suite.ts';
import type { TestNamespace } from './test-namespace.ts';

const node = 'without-kubelet';

/** The node must exist: pods of one that does not are removed within a minute. */
export async function createNode(): Promise<void> {
  await kubectl('apply --server-side -f -', { apiVersion: 'v1', kind: 'Node', metadata: { name: node } });
}

export async function deleteNode(): Promise<void> {
  await kubectl(`delete node ${node}`);
}

/** Binds a pod to the node, and says that its containers run. */
export async function startPod(namespace: TestNamespace, name: string): Promise<void> {
  await bindToNode(namespace, name);
  await reportContainers(namespace, name, '1');
}

/** What a scheduler would do. */
export async function bindToNode(namespace: TestNamespace, name: string): Promise<void> {
  await kubectl(`create --raw /api/v1/namespaces/${namespace.name}/pods/${name}/binding -f -`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name },
    target: { kind: 'Node', name: node },
  });
}

/** Says that all containers of a pod run, each under an id that ends with this. */
export async function reportContainers(
  namespace: TestNamespace,
  name: string,
  run: string,
  sidecars: object = {},
): Promise<void> {
  const { spec, metadata } = await namespace.json<{
    spec: Record<'initContainers' | 'containers', readonly { name: string; image: string }[]>;
    metadata: { generation?: number };
  }>(`get pod ${name}`);
  const statusOf = (container: { name: string; image: string }, id: string, others: object = {}) => ({
    name: container.name,
    image: container.image,
    imageID: container.image,
    containerID: `containerd://${container.name}-${id}`,
    restartCount: Number(id) - 1,
    started: true,
    ready: true,
    state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
    ...others,
  });
  const status = {
    phase: 'Running',
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    conditions: [{ type: 'ContainersReady', status: 'True', lastTransitionTime: '2026-01-01T00:00:03Z' }],
    initContainerStatuses: (spec.initContainers ?? []).map(container => statusOf(container, run, sidecars)),
    containerStatuses: spec.containers.map(container => statusOf(container, '1')),
  };
  await namespace.kubectl([
    ...`patch pod ${name} --subresource status --type merge --patch`.split(' '),
    JSON.stringify({ status }),
  ]);
}

/** Says that a pod has ended, with the exit code of each container; those that are not named ended with 0. */
export async function endPod(
  namespace: TestNamespace,
  name: string,
  exitCodes: Readonly<Record<string, number>>,
): Promise<void> {
  const { spec } = await namespace.pod(name);
  const times = { startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:05Z' };
  const ended = (container: { readonly name: string; readonly image?: string }) => ({
    name: container.name,
    image: container.image,
    imageID: container.image,
    restartCount: 0,
    ready: false,
    state: { terminated: { ...endOf(exitCodes[container.name] ?? 0), ...times } },
  });
  const status = {
    phase: Object.values(exitCodes).some(code => code !== 0) ? 'Failed' : 'Succeeded',
    initContainerStatuses: (spec?.initContainers ?? []).map(ended),
    containerStatuses: (spec?.containers ?? []).map(ended),
  };
  await namespace.kubectl([
    ...`patch pod ${name} --subresource status --type merge --patch`.split(' '),
    JSON.stringify({ status }),
  ]);
}

function endOf(exitCode: number) {
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' };
}

/** Warns of the git-sync container of a pod, in an event. */
export async function warnOf(namespace: TestNamespace, name: string, message: string): Promise<void> {
  const { metadata } = await namespace.pod(name);
  await namespace.kubectl('create -f -', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${name}-` },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name,
      namespace: namespace.name,
      uid: metadata?.uid,
      fieldPath: 'spec.initContainers{git-sync}',
    },
    type: 'Warning',
    reason: 'Failed',
    message,
    lastTimestamp: '2026-01-01T00:00:00Z',
  });
}
