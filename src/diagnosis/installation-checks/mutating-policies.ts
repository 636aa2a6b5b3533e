import { failure, ok } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

/** https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/ */
export const mutatingPolicies: InstallationCheck = {
  name: 'mutating-policies',
  category: 'kubernetes',
  title: 'the API server has MutatingAdmissionPolicies',
  judge: ({ server }) => {
    if (!isKnown(server)) return unread('what the API server has', server);
    if (server.value.hasMutatingPolicies) return ok();
    return failure(
      'server-too-old',
      `the API server, ${server.value.text}, does not serve mutatingadmissionpolicies in admissionregistration.k8s.io/v1, so nothing puts sidecars in`,
      'use Kubernetes 1.36 or later, or install the webhook: kubectl apply --filename deploy/install.yaml',
    );
  },
};
