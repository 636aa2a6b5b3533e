import { ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { namespaceGuardName, prefersAvailability } from '../namespaces-ignore.ts';
import { type PolicyState, policyState } from '../policy-state.ts';
import { nameOf } from '../registration.ts';
import { shippedPolicies } from '../shipped-installation.ts';
import { isByPoliciesAlone } from '../sidecar-policies.ts';

export const policies: InstallationCheck = {
  name: 'policies',
  category: 'guard',
  title: 'the policies that warn, and the one about the own account, are in force',
  judge: installation => {
    const { server, policies, policyBindings } = installation;
    if (isKnown(server) && !server.value.hasPolicies) {
      return warning(
        'policies-unavailable',
        `the API server, ${server.value.text}, has none`,
        'use Kubernetes 1.30 or later',
      );
    }
    if (!isKnown(policies)) return unread('validatingadmissionpolicies', policies, 'warning');
    if (!isKnown(policyBindings))
      return unread('validatingadmissionpolicybindings', policyBindings, 'warning');
    const left = [
      ...(prefersAvailability(installation) ? [namespaceGuardName] : []),
      // Where nothing runs there is no account.
      ...(isByPoliciesAlone(installation) ? [accountPolicyName] : []),
    ];
    const wanted = shippedPolicies.filter(policy => !left.includes(nameOf(policy)));
    const troubles = wanted
      .map(policy => troubleOf(policyState(installation, policy)))
      .filter(text => text !== '');
    if (troubles.length === 0) return ok(`${wanted.length} policies`);
    return warning(
      'policy-absent',
      inFewWords(troubles),
      'apply the manifests again, with the component guard: kubectl apply --filename deploy/install.yaml',
    );
  },
};

const accountPolicyName = 'sidecar-injector-own-account';

function troubleOf({ name, isThere, isBound, differences }: PolicyState): string {
  if (!isThere) return `ValidatingAdmissionPolicy "${name}" is not there`;
  if (!isBound) return `no binding puts ValidatingAdmissionPolicy "${name}" in force`;
  if (differences.length === 0) return '';
  return `ValidatingAdmissionPolicy "${name}" differs at ${inFewWords(differences.map(({ path }) => path))}`;
}
