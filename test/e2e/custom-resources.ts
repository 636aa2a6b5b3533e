import type { Kubectl } from './kubectl.ts';

/**
 * Makes the API server know the kinds that components use and a bare one does not have, without their fields. They stay
 * until the control plane ends: a definition that is deleted takes a while to go.
 */
export async function installCustomResourceDefinitions(kubectl: Kubectl): Promise<void> {
  const items = [
    definition('cert-manager.io', 'Certificate'),
    definition('cert-manager.io', 'Issuer'),
    definition('monitoring.coreos.com', 'PrometheusRule'),
    definition('monitoring.coreos.com', 'ServiceMonitor'),
  ];
  await kubectl('apply --server-side -f -', { apiVersion: 'v1', kind: 'List', items });
  const names = items.map(({ metadata }) => `customresourcedefinition/${metadata.name}`);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...names]);
}

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
