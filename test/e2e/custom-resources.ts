import type { Kubectl } from './kubectl.ts';

/**
 * Makes the API server know the kinds that components use and a bare one does not have, without their fields. They stay
 * until the control plane ends: a definition that is deleted takes a while to go.
 */
export function installCustomResourceDefinitions(kubectl: Kubectl): Promise<void> {
  return establish(kubectl, [
    definition('cert-manager.io', 'Certificate'),
    definition('cert-manager.io', 'Issuer'),
    definition('monitoring.coreos.com', 'PrometheusRule'),
    definition('monitoring.coreos.com', 'ServiceMonitor'),
  ]);
}

/** The same for kinds with a pod template; `SIDECAR_INJECTOR_ROLLOUT_CRD` names a file with the real one of Argo. */
export async function installWorkloadDefinitions(kubectl: Kubectl): Promise<void> {
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
  const subresources = { status: {}, scale };
  await establish(kubectl, [
    definition('argoproj.io', 'Rollout', { version: 'v1alpha1', subresources }),
    definition('keda.sh', 'ScaledJob', { version: 'v1alpha1', subresources }),
    definition('serving.knative.dev', 'Service', { shortNames: ['ksvc'] }),
  ]);
  const file = process.env['SIDECAR_INJECTOR_ROLLOUT_CRD'];
  if (file !== undefined) await kubectl(['apply', '--server-side', '--force-conflicts', '-f', file]);
}

async function establish(kubectl: Kubectl, items: readonly Definition[]): Promise<void> {
  await kubectl('apply --server-side -f -', { apiVersion: 'v1', kind: 'List', items });
  const names = items.map(({ metadata }) => `customresourcedefinition/${metadata.name}`);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...names]);
}

type Definition = ReturnType<typeof definition>;

interface DefinitionOptions {
  readonly version?: string;
  readonly shortNames?: readonly string[];
  readonly subresources?: object;
}

function definition(
  group: string,
  kind: string,
  { version = 'v1', shortNames = [], ...more }: DefinitionOptions = {},
) {
  const plural = `${kind.toLowerCase()}s`;
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, shortNames },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema }, ...more }],
    },
  };
}
