import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import { oneLine } from '../../shown-text.ts';
import { ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { type StoredPolicy, storedPolicies } from '../sidecar-policies.ts';

/** https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#type-checking */
export const policyExpressions: InstallationCheck = {
  name: 'policy-expressions',
  category: 'registration',
  title: 'the API server finds no fault in the expressions of the policies',
  judge: installation => {
    const { policies } = installation;
    if (!isKnown(policies)) return unread('validatingadmissionpolicies', policies, 'warning');
    const faults = storedPolicies(installation).flatMap(faultsOf);
    const [first] = faults;
    if (first === undefined) return ok();
    const more = faults.length === 1 ? '' : `, and ${faults.length - 1} more`;
    return warning(
      'sidecar-policy-mistyped',
      `${first}${more}`,
      'compile the definitions with the version that the API server is for: sidecar-injector compile',
    );
  },
};

/** What the API server says of the types in a policy; of those that change objects it says nothing. */
function faultsOf({ kind, name, policy }: StoredPolicy): readonly string[] {
  const warnings = at(policy, ['status', 'typeChecking', 'expressionWarnings']);
  return (Array.isArray(warnings) ? warnings.filter(isObject) : []).map(
    found => `${kind} "${name}" at ${textAt(found, 'fieldRef')}: ${textAt(found, 'warning')}`,
  );
}

/** Below the first line the expression is repeated. */
function textAt(found: JsonObject, key: string): string {
  const [line = ''] = String(found[key] ?? '').split('\n', 1);
  return oneLine(line, maxLength);
}

const maxLength = 300;
