/** Definitions of the kinds that components use and a bare API server does not have, without their fields. */
export const customResourceDefinitions = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    definition('cert-manager.io', 'Certificate'),
    definition('cert-manager.io', 'Issuer'),
    definition('monitoring.coreos.com', 'PrometheusRule'),
    definition('monitoring.coreos.com', 'ServiceMonitor'),
  ],
};

function definition(group: string, kind: string) {
  const plural = `${kind.toLowerCase()}s`;
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}
