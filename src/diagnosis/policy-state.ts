import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import { type Difference, differencesOf } from './differences.ts';
import { isKnown } from './fact.ts';
import type { Installation } from './installation.ts';
import { nameOf } from './registration.ts';
import { shippedFor } from './shipped-for.ts';
import { shippedBindings } from './shipped-installation.ts';

/** How a policy that is installed stands in the cluster. */
export interface PolicyState {
  readonly name: string;
  readonly isThere: boolean;
  /** Whether a binding makes it do for everything what the installed one does. */
  readonly isBound: boolean;
  readonly differences: readonly Difference[];
}

/** Compares an installed policy with what is stored; who asks has seen that policies and bindings are known. */
export function policyState(installation: Installation, policy: JsonObject): PolicyState {
  const name = nameOf(policy);
  const stored = valuesOf(installation.policies).find(candidate => nameOf(candidate) === name);
  const shipped = shippedFor(installation.namespace, policy);
  return {
    name,
    isThere: stored !== undefined,
    isBound: valuesOf(installation.policyBindings).some(binding => binds(binding, name)),
    differences: stored === undefined ? [] : differencesOf(shipped['spec'], stored['spec'], 'spec'),
  };
}

function valuesOf(fact: Installation['policies']): readonly JsonObject[] {
  return isKnown(fact) ? fact.value : [];
}

/** A binding that is only for some resources leaves others out. */
function binds({ spec }: JsonObject, policy: string): boolean {
  if (!isObject(spec) || spec['policyName'] !== policy || spec['matchResources'] !== undefined) return false;
  const installed = shippedBindings.find(binding => at(binding, ['spec', 'policyName']) === policy);
  const [wanted, actions] = [at(installed, ['spec', 'validationActions']), spec['validationActions']];
  return Array.isArray(wanted) && Array.isArray(actions) && wanted.every(action => actions.includes(action));
}
