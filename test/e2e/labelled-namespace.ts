/** Namespaces whose annotations count for their pods. */
import { type Annotations, podOf } from './pod-manifests.ts';
import { eventually } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

export const enabled: Annotations = { 'sidecar.io/inject': 'enabled' };

/**
 * Makes such a namespace, and waits until the API server, whose own view of a namespace may be old, refuses a bare pod in it
 * with these words.
 */
export async function refusingNamespace(annotations: Annotations, refusal: string): Promise<TestNamespace> {
  const namespace = await createNamespace(enabled, annotations);
  await untilRefused(namespace, refusal);
  return namespace;
}

export async function untilRefused(namespace: TestNamespace, refusal: string): Promise<void> {
  await eventually(async () => {
    const said = await refusalByDryRun(namespace);
    if (!said.includes(refusal)) throw new Error(`refused otherwise: ${said}`);
  });
}

/** Waits until a bare pod is taken as it is. */
export async function untilTaken(namespace: TestNamespace): Promise<void> {
  await eventually(() => namespace.createPod(podOf('probe'), '--dry-run=server'));
}

function refusalByDryRun(namespace: TestNamespace): Promise<string> {
  return namespace.createPod(podOf('probe'), '--dry-run=server').then(
    () => '',
    (error: Error) => error.message,
  );
}

/** Makes a namespace in which every pod gets these sidecars by now, with an injector at work. */
export async function injectingNamespace(annotations: Annotations): Promise<TestNamespace> {
  const namespace = await createNamespace(enabled, annotations);
  await eventually(async () => {
    const { pod } = await namespace.createPod(podOf('probe'), '--dry-run=server');
    if (!pod.metadata?.annotations?.['sidecar.io/status']) throw new Error('a bare pod is left as it is');
  });
  return namespace;
}
