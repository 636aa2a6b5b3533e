import { ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

/** https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */
export const admissionPolicies: InstallationCheck = {
  name: 'admission-policies',
  category: 'kubernetes',
  title: 'the API server has ValidatingAdmissionPolicies',
  judge: ({ server }) => {
    if (!isKnown(server)) return unread('what the API server has', server);
    if (server.value.hasPolicies) return ok();
    return warning(
      'policies-unavailable',
      `the API server, ${server.value.text}, does not serve validatingadmissionpolicies in admissionregistration.k8s.io/v1`,
      'use Kubernetes 1.30 or later for the guard; on 1.28 and 1.29 apply deploy/base',
    );
  },
};
