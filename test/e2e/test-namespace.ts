/** What tests do in one namespace, most often one of their own. */
import { randomBytes } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll } from 'vitest';
import { type Kubectl, type KubectlJson, type KubectlOutput, kubectlIn, kubectlJsonOf } from './kubectl.ts';
import type { PodManifest } from './pod-manifests.ts';
import { eventually, kubectl } from './suite.ts';

/** Each function can be taken out and used alone. */
export interface TestNamespace {
  readonly name: string;
  readonly kubectl: Kubectl;
  readonly json: KubectlJson;
  /** Creates a pod with kubectl; rejects where it is refused. */
  readonly createPod: (manifest: PodManifest, ...flags: readonly string[]) => Promise<CreatedPod>;
  /** What kubectl says about a pod that is refused; rejects where it is accepted. */
  readonly refusalOf: (manifest: PodManifest) => Promise<string>;
  readonly pod: (name: string) => Promise<V1Pod>;
  /** Those that a label selects, or all. */
  readonly pods: (selector?: string) => Promise<readonly V1Pod[]>;
  /** The warnings among the events, as kubectl prints them. */
  readonly warningEvents: () => Promise<string>;
}

interface CreatedPod extends KubectlOutput {
  readonly pod: V1Pod;
}

type Labels = Readonly<Record<string, string>>;

/** Namespaces stay; what the label of one asks of the injector does not reach the next file. */
let labelled = false;
afterAll(async () => {
  // One that is being deleted may be gone between the list and the write, and a hundred take their time.
  const active = '--field-selector status.phase=Active --selector sidecar.io/inject';
  if (labelled) await eventually(() => kubectl(`label namespaces ${active} sidecar.io/inject-`));
});

/** Makes a namespace with a name of its own. */
export async function createNamespace(labels: Labels = {}, annotations: Labels = {}): Promise<TestNamespace> {
  const name = `e2e-${randomBytes(4).toString('hex')}`;
  labelled ||= 'sidecar.io/inject' in labels;
  await kubectl('apply --server-side -f -', {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } },
      // Pods need it, and the controller that would make it takes its time, or is not there.
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
    ],
  });
  return namespaceNamed(name);
}

/** Makes one namespace for all tests of a `describe`. */
export function useNamespace(labels: Labels = {}): () => TestNamespace {
  let namespace: TestNamespace | undefined;
  beforeAll(async () => {
    namespace = await createNamespace(labels);
  });
  return () => {
    if (namespace === undefined) throw new Error('the namespace was not made');
    return namespace;
  };
}

/** A namespace that is there already. */
export function namespaceNamed(name: string): TestNamespace {
  const ownKubectl = kubectlIn(name, kubectl);
  const json = kubectlJsonOf(ownKubectl);
  const create: TestNamespace['createPod'] = async (manifest, ...flags) => {
    const output = await ownKubectl(['create', '-f', '-', '-o', 'json', ...flags], manifest);
    return { ...output, pod: JSON.parse(output.stdout) };
  };
  return {
    name,
    kubectl: ownKubectl,
    json,
    createPod: create,
    refusalOf: manifest =>
      create(manifest).then(
        () => Promise.reject(new Error('the pod was accepted')),
        (error: Error) => error.message,
      ),
    pod: pod => json(`get pod ${pod}`),
    pods: async selector => {
      const selection = selector === undefined ? [] : ['--selector', selector];
      return (await json<{ items: readonly V1Pod[] }>(['get', 'pods', ...selection])).items;
    },
    warningEvents: async () => (await ownKubectl('events --types=Warning')).stdout,
  };
}

/** Where the webhook is installed. */
export const injectorNamespace = namespaceNamed('sidecar-injector');

/** Creates a pod in a namespace of its own; rejects where it is refused. */
export async function createPod(manifest: PodManifest, ...flags: readonly string[]): Promise<CreatedPod> {
  return (await createNamespace()).createPod(manifest, ...flags);
}

/** What kubectl says about a pod that is refused in a namespace of its own; rejects where it is accepted. */
export async function refusalOf(manifest: PodManifest): Promise<string> {
  return (await createNamespace()).refusalOf(manifest);
}
