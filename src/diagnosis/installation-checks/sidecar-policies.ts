import { at, type JsonObject } from '../../kubernetes/json.ts';
import { failure, type Judgement, ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import type { Installation } from '../installation.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { nameOf } from '../registration.ts';
import {
  compiledSidecars,
  injectorsOf,
  storedPolicies,
  type WantedPolicy,
  wantedPolicies,
} from '../sidecar-policies.ts';

export const sidecarPolicies: InstallationCheck = {
  name: 'sidecar-policies',
  category: 'registration',
  title: 'the policies that put sidecars in are there and in force',
  judge: installation => unreadPolicies(installation) ?? judge(installation),
};

function unreadPolicies(installation: Installation): Judgement | undefined {
  const { policies, policyBindings, mutatingPolicies, mutatingPolicyBindings } = installation;
  const facts = Object.entries({
    mutatingadmissionpolicies: mutatingPolicies,
    mutatingadmissionpolicybindings: mutatingPolicyBindings,
    validatingadmissionpolicies: policies,
    validatingadmissionpolicybindings: policyBindings,
  });
  for (const [what, fact] of facts) if (!isKnown(fact)) return unread(what, fact);
  return undefined;
}

function judge(installation: Installation): Judgement {
  const compiled = compiledSidecars(installation);
  const stored = new Set(storedPolicies(installation).map(inWords));
  const wanted = wantedPolicies(compiled.keys());
  const missing = wanted.map(inWords).filter(words => !stored.has(words));
  if (missing.length > 0)
    return failure('sidecar-policy-missing', `${inFewWords(missing)} ${isOrAre(missing)} not there`, again);
  const unbound = wanted.filter(policy => !isBound(installation, policy)).map(inWords);
  if (unbound.length > 0)
    return failure('sidecar-policy-not-in-force', `no binding puts ${inFewWords(unbound)} in force`, again);
  const mixed = [...compiled].filter(([, hashes]) => hashes.size > 1).map(([sidecar]) => sidecar);
  if (mixed.length > 0) {
    return warning(
      'sidecar-policies-differ',
      `the policies of ${inFewWords(mixed)} were not all compiled of the same definition`,
      again,
    );
  }
  return ok(seen([...compiled.keys()], injectorsOf(installation).webhook));
}

const again = 'compile the definitions and apply what comes out: sidecar-injector compile';

function inWords({ kind, name }: WantedPolicy): string {
  return `${kind} "${name}"`;
}

function isOrAre(things: readonly string[]): string {
  return things.length === 1 ? 'is' : 'are';
}

function isBound(installation: Installation, { kind, name }: WantedPolicy): boolean {
  const { policyBindings, mutatingPolicyBindings } = installation;
  const fact = kind === 'MutatingAdmissionPolicy' ? mutatingPolicyBindings : policyBindings;
  return (isKnown(fact) ? fact.value : []).some(
    binding => nameOf(binding) === name && binds(binding, kind, name),
  );
}

/** One that only warns refuses nothing. For which namespaces it is, somebody may have chosen. */
function binds(binding: JsonObject, kind: WantedPolicy['kind'], policy: string): boolean {
  const field = (key: string) => at(binding, ['spec', key]);
  if (field('policyName') !== policy) return false;
  const actions = field('validationActions');
  return kind === 'MutatingAdmissionPolicy' || (Array.isArray(actions) && actions.includes('Deny'));
}

/** Both may be there: what one has put in the other leaves alone. */
function seen(sidecars: readonly string[], hasWebhook: boolean): string {
  const compiled = inFewWords(sidecars) || 'no sidecar';
  return hasWebhook ? `${compiled}; the webhook is there too, and a pod gets each sidecar once` : compiled;
}
