import { type Refusal, refusal } from '../reason.ts';
import { injectAnnotation, leaveOutKey, switchKey } from '../request/annotation-keys.ts';
import { shownKey, shownName } from '../shown-value.ts';

type Origins = ReadonlyMap<string, string>;

/**
 * Ends each refusal that is about something inherited with where it comes from and the way out: who creates a pod may
 * never have seen those annotations.
 */
export function withOrigins(refusals: readonly Refusal[], origins: Origins): readonly Refusal[] {
  if (origins.size === 0) return refusals;
  const endingOf = endings(origins);
  return refusals.map(told => {
    const ending = endingOf(told);
    return ending === '' ? told : refusal(told.code, told.where, () => `${told.message}${ending}`);
  });
}

/** Finds the end of a refusal by the annotation that it is about, as findings show it. */
function endings(origins: Origins): (told: Refusal) => string {
  const shown = new Map([...origins].map(([key, from]) => [shownKey(key), shownName(from)] as const));
  const switched = [...shown].find(([key]) => key !== injectAnnotation && key === switchKey(key));
  return ({ code, where }) => {
    if (where === ofAll) return switched === undefined ? '' : endingOfAll(...switched);
    const [from, switchedFrom] = [shown.get(where), shown.get(switchKey(where))];
    if (switchedFrom !== undefined && where !== injectAnnotation) return leftOutBy(where, from, switchedFrom);
    if (from === undefined) return '';
    // No value of the pod's own would be right.
    if (code === 'unknown-parameter') return `; it comes from ${from}: take it away there`;
    return `; it comes from ${from}: set it on the pod to say otherwise`;
  };
}

function leftOutBy(where: string, from: string | undefined, switchedFrom: string): string {
  const origin = from === undefined ? `its sidecar comes from ${switchedFrom}` : `it comes from ${from}`;
  return `; ${origin}: set ${leaveOutKey(where)}: "false" on the pod to leave it out`;
}

function endingOfAll(key: string, from: string): string {
  return `; some come from ${from}: set ${leaveOutKey(key)}: "false" on the pod to leave one out`;
}

/** What findings name that are about all sidecars together. */
const ofAll = 'metadata.annotations';
