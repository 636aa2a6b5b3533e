/**
 * Namespaces whose pods are left alone whatever they carry where the injector is installed in this one, as in the
 * `namespaceSelector` of `deploy/base/mutating-webhook-configuration.yaml`, which deploy/transformers/namespace changes.
 */
export function excludedBeside(injector: string): ReadonlySet<string> {
  return new Set([injector, 'kube-system', 'kube-node-lease']);
}

/** Those of an injector that is installed where `deploy/` puts it. */
export const excludedNamespaces = excludedBeside('sidecar-injector');
