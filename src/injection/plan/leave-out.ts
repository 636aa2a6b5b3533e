import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { annotationPrefix, injectParameter, leaveOutKey, switchKey } from '../request/annotation-keys.ts';

type Annotations = Readonly<Record<string, string>>;

/**
 * Takes out what `.inject: "false"` leaves out, which is all that is said of that instance, and `.inject: "true"`, which is
 * as if it were absent. It needs no definition, so that it works for sidecars that nobody knows too. Where a definition has
 * a parameter of that name, from before the engine had one, that is the one that counts.
 */
export function withoutLeftOut(annotations: Annotations, sidecars: SidecarSet): Annotations {
  const entries = Object.entries(annotations);
  if (!entries.some(([key]) => key === leaveOutKey(key))) return annotations;
  const isLeft = ([key, value]: readonly [string, string]) =>
    hasParameter(sidecars, key) ||
    (annotations[leaveOutKey(key)] !== 'false' && (key !== leaveOutKey(key) || value !== 'true'));
  return Object.fromEntries(entries.filter(isLeft));
}

function hasParameter({ sidecars }: SidecarSet, key: string): boolean {
  const [sidecar = ''] = switchKey(key).slice(annotationPrefix.length).split('_', 1);
  return sidecars.get(sidecar)?.parameters.has(injectParameter) === true;
}
