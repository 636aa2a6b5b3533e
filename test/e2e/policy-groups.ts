/** The golden pods, put together by what they are judged with. */
import type { InjectionPolicy } from '../../src/injection/policy.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import type { SidecarDefinition } from '../../src/sidecars/definition.ts';
import type { SidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { type GoldenCase, goldenCases } from '../golden/golden-case.ts';
import { defaultPolicy, shippedSidecars } from '../injection-fixture.ts';

/** Pods, and what they are judged with. */
export interface GoldenGroup {
  readonly group: number;
  readonly cases: readonly GoldenCase[];
  readonly sidecars: SidecarSet;
  readonly policy: InjectionPolicy;
  /** Those that are compiled: all that ship in the first group, else those that the pods name. */
  readonly definitions: readonly SidecarDefinition[];
}

/** The group of what an operator has who configured nothing comes first; the real webhook answers for it. */
export function goldenGroups(): readonly GoldenGroup[] {
  const byKey = new Map<string, GoldenCase[]>([[keyOf({ ...anyCase, sources: [] }), []]]);
  for (const golden of goldenCases().filter(isOfOneVersion)) {
    const key = keyOf(golden);
    byKey.set(key, [...(byKey.get(key) ?? []), golden]);
  }
  return [...byKey.values()].map((cases, group) => {
    const { sidecars, policy } = cases[0] ?? anyCase;
    const all = [...sidecars.sidecars.values()];
    const definitions = group === 0 ? all : all.filter(({ name }) => cases.some(one => names(one, name)));
    return { group, cases, sidecars, policy, definitions };
  });
}

/** Policies are made of current versions; what they say of pods that ask for another one a case without any shows. */
function isOfOneVersion({ sidecars: { next, brokenNext } }: GoldenCase): boolean {
  return next.size === 0 && brokenNext.size === 0;
}

const anyCase = { sidecars: shippedSidecars, policy: defaultPolicy, pod: { metadata: {} } };

type Judged = Pick<GoldenCase, 'sidecars' | 'policy' | 'sources'> & { readonly pod: object };

/** What an operator's rule gives to a pod no webhook without that rule does: such a case stands alone. */
function keyOf({ sidecars, policy, sources, pod }: Judged): string {
  const all = [...sidecars.sidecars.values()];
  const rules = sources.filter(({ from }) => !from.startsWith('namespace '));
  const isOfLibrary = all.length > shippedSidecars.sidecars.size;
  // Of the library, and of what a case brings along, only a few are asked for; compiling all would take minutes.
  const asked = isOfLibrary ? all.filter(({ name }) => names({ pod, sources }, name)).map(nameOf) : [];
  const made = all.map(({ hash, presets }) => [hash, [...presets].map(([name, { text }]) => [name, text])]);
  return JSON.stringify([policy, made, [...sidecars.broken.keys()], rules, asked]);
}

function nameOf({ name }: SidecarDefinition): string {
  return name;
}

interface Asking {
  readonly pod: object;
  readonly sources: GoldenCase['sources'];
}

/** The annotations of a pod and of what it inherits from. */
function annotationsOf({ pod, sources }: Asking): Readonly<Record<string, string>> {
  const { metadata } = pod as { readonly metadata?: { readonly annotations?: JsonObject | null } };
  return Object.assign({}, ...sources.map(({ annotations }) => annotations), metadata?.annotations);
}

/** Whether a pod, or what it inherits from, says anything of a sidecar. */
export function names(asking: Asking, sidecar: string): boolean {
  const own = new RegExp(`^sidecar\\.io/${sidecar}(?:[._]|$)`);
  return Object.keys(annotationsOf(asking)).some(key => own.test(key));
}
