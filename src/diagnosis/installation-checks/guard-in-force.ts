import { failure, type Judgement, ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import type { Installation } from '../installation.ts';
import { unread } from '../installation-check.ts';
import { policyState } from '../policy-state.ts';
import { nameOf } from '../registration.ts';
import { shippedPolicies } from '../shipped-installation.ts';

/** Whether a policy that refuses pods is there, in force, and as it is installed. */
export function guardInForce(installation: Installation, guardName: string): Judgement {
  const { server, policies, policyBindings } = installation;
  if (isKnown(server) && !server.value.hasPolicies) {
    return warning(
      'policies-unavailable',
      `the API server, ${server.value.text}, has no policies, so nothing refuses a pod that the webhook was not asked about`,
      'use Kubernetes 1.30 or later',
    );
  }
  if (!isKnown(policies)) return unread('validatingadmissionpolicies', policies);
  if (!isKnown(policyBindings)) return unread('validatingadmissionpolicybindings', policyBindings);
  const own = shippedPolicies.find(policy => nameOf(policy) === guardName) ?? {};
  const { isThere, isBound, differences } = policyState(installation, own);
  if (!isThere) return failure('guard-absent', `there is no ValidatingAdmissionPolicy "${guardName}"`, again);
  if (!isBound) {
    return failure(
      'guard-not-in-force',
      `no ValidatingAdmissionPolicyBinding has ValidatingAdmissionPolicy "${guardName}" deny everything that it is against`,
      again,
    );
  }
  if (differences.length === 0) return ok();
  return failure(
    'guard-changed',
    `ValidatingAdmissionPolicy "${guardName}" differs at ${inFewWords(differences.map(({ path }) => path))}`,
    again,
  );
}

const again =
  'apply the manifests again, with the component guard: kubectl apply --filename deploy/install.yaml';
