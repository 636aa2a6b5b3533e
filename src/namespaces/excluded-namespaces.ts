/**
 * Namespaces whose pods are left alone whatever they carry, as in the `namespaceSelector` of
 * `deploy/base/mutating-webhook-configuration.yaml`.
 */
export const excludedNamespaces: ReadonlySet<string> = new Set([
  'sidecar-injector',
  'kube-system',
  'kube-node-lease',
]);
