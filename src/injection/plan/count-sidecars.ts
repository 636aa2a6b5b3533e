import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import type { InjectionPolicy } from '../policy.ts';
import { type Finding, refusal } from '../reason.ts';
import { annotationPrefix, isRequestKey } from '../request/annotation-keys.ts';

export interface SidecarCount {
  /** The refusal of more than a pod may ask for. */
  readonly excess: Finding | undefined;
  /** Whether there are so many that their annotations are not even read. */
  readonly isHopeless: boolean;
}

/**
 * Counts the sidecars that annotations name, by their keys alone, before anything is made of them. Those that are
 * switched off by `"false"` and those that are left to others do not count as asked for; there is a bound for them too.
 */
export function countSidecars(
  annotations: Readonly<Record<string, string>>,
  sidecars: SidecarSet,
  policy: InjectionPolicy,
): SidecarCount {
  const { maximumSidecars } = policy;
  const keys = Object.keys(annotations);
  // As every pod that is written in earnest, or nearly so: there is nothing to count.
  if (keys.length <= maximumSidecars) return fine;
  const names = new Set(keys.filter(isRequestKey).map(nameIn));
  let asked = 0;
  for (const name of names) if (isAsked(annotations, name, { sidecars, policy })) asked += 1;
  const isHopeless = names.size > maxNames;
  if (asked > maximumSidecars) {
    const message = () =>
      `the annotations ask for ${asked} sidecars, at most ${maximumSidecars} may be in a pod; remove some, or have maximumSidecars raised in the configuration of the injector`;
    return { excess: refusal('too-many-sidecars', where, message), isHopeless };
  }
  const others = names.size - asked;
  if (others <= maxOthers) return fine;
  const message = () =>
    `the annotations name ${others} sidecars that are switched off or left to others, at most ${maxOthers} may be; remove some`;
  return { excess: refusal('too-many-sidecars', where, message), isHopeless: true };
}

const fine: SidecarCount = { excess: undefined, isHopeless: false };

/** Whether a name counts as asked for: its sidecar is ours, and not switched off. */
export function isAsked(
  annotations: Readonly<Record<string, string>>,
  name: string,
  { sidecars, policy }: { readonly sidecars: SidecarSet; readonly policy: InjectionPolicy },
): boolean {
  if (annotations[`${annotationPrefix}${name}`] === 'false') return false;
  if (policy.unknownSidecars === 'refuse') return true;
  const [sidecar = ''] = name.split('_', 1);
  return sidecars.sidecars.has(sidecar) || sidecars.broken.has(sidecar);
}

/** What stands between prefix and parameter. */
function nameIn(key: string): string {
  const dot = key.indexOf('.', annotationPrefix.length);
  return key.slice(annotationPrefix.length, dot < 0 ? undefined : dot);
}

/** What the log tells: it is about all of them together. */
const where = 'metadata.annotations';

export const maxOthers = 100;

/** As many as ever may be in a pod, see the option `maximumSidecars`, and as many others. */
const maxNames = 2 * maxOthers;
