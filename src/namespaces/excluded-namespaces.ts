/**
 * Namespaces whose pods are left alone whatever they carry, as in the `namespaceSelector` of
 * `deploy/base/mutating-webhook-configuration.yaml`.
 */
const excluded: ReadonlySet<string> = new Set(['sidecar-injector', 'kube-system', 'kube-node-lease']);

export function isExcluded(namespace: string): boolean {
  return excluded.has(namespace);
}
