import { type CheckResult, checkCategories } from './diagnosis.ts';
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
import { mutatingPolicies } from './installation-checks/mutating-policies.ts';
import { namesFree } from './installation-checks/names-free.ts';
import { namespaceGuard } from './installation-checks/namespace-guard.ts';
import { namespaceLabels } from './installation-checks/namespace-labels.ts';
import { otherInstallations } from './installation-checks/other-installations.ts';
import { otherWebhooks } from './installation-checks/other-webhooks.ts';
import { podInjected } from './installation-checks/pod-injected.ts';
import { policies } from './installation-checks/policies.ts';
import { policyExpressions } from './installation-checks/policy-expressions.ts';
import { replicasAlike } from './installation-checks/replicas-alike.ts';
import { replicasReady } from './installation-checks/replicas-ready.ts';
import { replicasSteady } from './installation-checks/replicas-steady.ts';
import { rightsToInstall } from './installation-checks/rights-to-install.ts';
import { service } from './installation-checks/service.ts';
import { sidecarPolicies } from './installation-checks/sidecar-policies.ts';
import { webhookAsInstalled } from './installation-checks/webhook-as-installed.ts';
import { webhookRegistered } from './installation-checks/webhook-registered.ts';
import { injectorsOf, isByPoliciesAlone } from './sidecar-policies.ts';

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

/** What is to be so of an installation by the webhook, in the order in which a person reads it. */
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

/** The same where policies of the API server put sidecars in, and nothing runs. */
export const checksOfPolicies: readonly InstallationCheck[] = [
  kubernetesApi,
  mutatingPolicies,
  otherInstallations,
  sidecarPolicies,
  policyExpressions,
  guard,
  namespaceGuard,
  policies,
  namespaceLabels,
  podInjected,
];

/** What is to be so of the installation that is there; where there is none, of one by the webhook. */
export function checksFor(installation: Installation): readonly InstallationCheck[] {
  if (isByPoliciesAlone(installation)) return checksOfPolicies;
  if (!injectorsOf(installation).policies) return checksAfter;
  return checkCategories.flatMap(category =>
    [...new Set([...checksAfter, ...checksOfPolicies])].filter(check => check.category === category),
  );
}

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
