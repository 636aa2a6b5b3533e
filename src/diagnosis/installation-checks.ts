import type { CheckResult } from './diagnosis.ts';
import type { Installation } from './installation.ts';
import { type InstallationCheck, resultOf } from './installation-check.ts';
import { admissionPolicies } from './installation-checks/admission-policies.ts';
import { authorityPublished } from './installation-checks/authority-published.ts';
import { certificateServed } from './installation-checks/certificate-served.ts';
import { certificateValid } from './installation-checks/certificate-valid.ts';
import { clientCertificate } from './installation-checks/client-certificate.ts';
import { definitions } from './installation-checks/definitions.ts';
import { definitionsInForce } from './installation-checks/definitions-in-force.ts';
import { endpoints } from './installation-checks/endpoints.ts';
import { guard } from './installation-checks/guard.ts';
import { kubernetesApi } from './installation-checks/kubernetes-api.ts';
import { kubernetesVersion } from './installation-checks/kubernetes-version.ts';
import { namesFree } from './installation-checks/names-free.ts';
import { namespaceGuard } from './installation-checks/namespace-guard.ts';
import { namespaceLabels } from './installation-checks/namespace-labels.ts';
import { otherInstallations } from './installation-checks/other-installations.ts';
import { otherWebhooks } from './installation-checks/other-webhooks.ts';
import { podInjected } from './installation-checks/pod-injected.ts';
import { policies } from './installation-checks/policies.ts';
import { replicasAlike } from './installation-checks/replicas-alike.ts';
import { replicasReady } from './installation-checks/replicas-ready.ts';
import { replicasSteady } from './installation-checks/replicas-steady.ts';
import { rightsToInstall } from './installation-checks/rights-to-install.ts';
import { service } from './installation-checks/service.ts';
import { webhookAsInstalled } from './installation-checks/webhook-as-installed.ts';
import { webhookRegistered } from './installation-checks/webhook-registered.ts';

/** What is to be so before the manifests are applied, in the order in which a person reads it. */
export const checksBefore: readonly InstallationCheck[] = [
  kubernetesApi,
  kubernetesVersion,
  admissionPolicies,
  rightsToInstall,
  namesFree,
  otherInstallations,
  otherWebhooks,
  clientCertificate,
];

/** What is to be so of an installation, in the order in which a person reads it. */
export const checksAfter: readonly InstallationCheck[] = [
  kubernetesApi,
  kubernetesVersion,
  admissionPolicies,
  otherInstallations,
  otherWebhooks,
  webhookRegistered,
  webhookAsInstalled,
  service,
  endpoints,
  replicasReady,
  replicasSteady,
  replicasAlike,
  authorityPublished,
  certificateServed,
  certificateValid,
  clientCertificate,
  guard,
  namespaceGuard,
  policies,
  definitions,
  definitionsInForce,
  namespaceLabels,
  podInjected,
];

/** Judges an installation by checks. Where the API does not answer that is all there is to say. */
export function checkInstallation(
  checks: readonly InstallationCheck[],
  installation: Installation,
): readonly CheckResult[] {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = resultOf(check, installation);
    results.push(result);
    if (result.outcome === 'failure' && result.code === 'api-unreachable') break;
  }
  return results;
}
