/**
 * The policies that are compiled of definitions, as they stand in a cluster: they put sidecars in, and
 * refuse what cannot be put in, inside the API server. They may be the whole installation, or stand beside the webhook.
 */
import { at, type JsonObject } from '../kubernetes/json.ts';
import { isKnown } from './fact.ts';
import type { Installation } from './installation.ts';
import { nameOf, ownConfiguration } from './registration.ts';

/** What of an installation tells who puts sidecars in. */
export type Registrations = Pick<
  Installation,
  'namespace' | 'webhookConfigurations' | 'policies' | 'mutatingPolicies'
>;

export type PolicyKind = 'MutatingAdmissionPolicy' | 'ValidatingAdmissionPolicy';

/** A policy of ours as it is stored. */
export interface StoredPolicy {
  readonly kind: PolicyKind;
  readonly name: string;
  readonly policy: JsonObject;
  /** The sidecar that it was compiled for; undefined where it is for all of them. */
  readonly sidecar: string | undefined;
  /** The hash of the definition that it was compiled of. */
  readonly definition: string | undefined;
}

/** Who puts sidecars in: the webhook, the policies, both, or nobody that is known. */
export function injectorsOf(installation: Registrations): {
  readonly webhook: boolean;
  readonly policies: boolean;
} {
  return {
    webhook: ownConfiguration(installation) !== undefined,
    policies: storedPolicies(installation).length > 0,
  };
}

/** Whether it is sure that the policies are the whole installation. */
export function isByPoliciesAlone(installation: Registrations): boolean {
  const { webhook, policies } = injectorsOf(installation);
  return policies && !webhook && isKnown(installation.webhookConfigurations);
}

/** Our policies of both kinds, as far as they are known. */
export function storedPolicies({
  policies,
  mutatingPolicies,
}: Pick<Installation, 'policies' | 'mutatingPolicies'>): readonly StoredPolicy[] {
  const of = (kind: PolicyKind, fact: Installation['policies']) =>
    (isKnown(fact) ? fact.value : []).filter(isOurs).map(policy => storedPolicy(kind, policy));
  return [...of('MutatingAdmissionPolicy', mutatingPolicies), ...of('ValidatingAdmissionPolicy', policies)];
}

/** The sidecars that policies were compiled for, each with the hashes of the definitions that they were compiled of. */
export function compiledSidecars(
  installation: Pick<Installation, 'policies' | 'mutatingPolicies'>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const compiled = new Map<string, Set<string>>();
  for (const { sidecar, definition } of storedPolicies(installation)) {
    if (sidecar === undefined) continue;
    const hashes = compiled.get(sidecar) ?? new Set();
    if (definition !== undefined) hashes.add(definition);
    compiled.set(sidecar, hashes);
  }
  return new Map([...compiled].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The policies that put sidecars into pods. */
export function injectingPolicies(installation: Registrations): readonly StoredPolicy[] {
  return storedPolicies(installation).filter(
    ({ kind, sidecar }) => kind === 'MutatingAdmissionPolicy' && sidecar !== undefined,
  );
}

/** A policy that is to be there, and what it is for. */
export interface WantedPolicy {
  readonly kind: PolicyKind;
  readonly name: string;
}

/** The policies that an installation of these sidecars has. */
export function wantedPolicies(sidecars: Iterable<string>): readonly WantedPolicy[] {
  const kinds = ['MutatingAdmissionPolicy', 'ValidatingAdmissionPolicy'] as const;
  return [
    ...[...sidecars].flatMap(sidecar =>
      ['', '.namespaces'].flatMap(part =>
        kinds.map(kind => ({ kind, name: `${sidecar}${part}.sidecar.io` })),
      ),
    ),
    ...kinds.map(kind => ({ kind, name: 'pods.sidecar-injector' })),
    { kind: 'MutatingAdmissionPolicy', name: 'workloads.sidecar-injector' },
  ];
}

function isOurs(policy: JsonObject): boolean {
  return (
    labelOf(policy, 'app.kubernetes.io/name') === 'sidecar-injector' &&
    labelOf(policy, 'app.kubernetes.io/component') === 'policy'
  );
}

function storedPolicy(kind: PolicyKind, policy: JsonObject): StoredPolicy {
  return {
    kind,
    name: nameOf(policy),
    policy,
    sidecar: labelOf(policy, 'policies.sidecar.io/sidecar'),
    definition: textAt(policy, ['metadata', 'annotations', 'policies.sidecar.io/definition']),
  };
}

function labelOf(policy: JsonObject, key: string): string | undefined {
  return textAt(policy, ['metadata', 'labels', key]);
}

function textAt(policy: JsonObject, path: readonly string[]): string | undefined {
  const value = at(policy, path);
  return typeof value === 'string' ? value : undefined;
}
