import type { TestNamespace } from './test-namespace.ts';

type Limits = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Makes a LimitRange for the containers of a namespace. */
export async function limitContainers(namespace: TestNamespace, limits: Limits): Promise<void> {
  await namespace.kubectl('create -f -', {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'limits' },
    spec: { limits: [{ type: 'Container', ...limits }] },
  });
}
