import {
  askedName,
  injectAnnotation,
  isRequestKey,
  parseRequestKey,
  switchKey,
} from '../request/annotation-keys.ts';
import type { AnnotationSource } from './annotation-source.ts';

type Annotations = Readonly<Record<string, string>>;

/** What counts for a pod. */
export interface Inheritance {
  /** Its own annotations, and beside them what it inherits. */
  readonly annotations: Annotations;
  /** Where each inherited key comes from, as {@link AnnotationSource.from} names it. */
  readonly origins: ReadonlyMap<string, string>;
}

/**
 * Adds to a pod's annotations those of sources, key by key, where the pod has not said otherwise. Of two sources the later
 * one counts.
 *
 * | the pod has  | a source has | counts                                                                              |
 * |--------------|--------------|-------------------------------------------------------------------------------------|
 * | a value      | anything     | the pod's value                                                                     |
 * | nothing      | a switch     | the source's value                                                                  |
 * | nothing      | a parameter  | the source's value, where a switch counts for that instance; otherwise it is unused |
 *
 * `sidecar.io/inject` counts as a switch does. What injectors write, and annotations of others, are never inherited.
 */
export function withInherited(own: Annotations, sources: readonly AnnotationSource[]): Inheritance {
  if (sources.length === 0) return alone(own);
  const offered = offeredBeside(own, sources);
  if (offered.size === 0) return alone(own);
  const isSwitched = (key: string) => Object.hasOwn(own, key) || offered.has(key);
  const counting = [...offered].filter(([key]) => key === injectAnnotation || isSwitched(switchKey(key)));
  return merged(own, counting);
}

/** The annotations of a pod that inherits nothing. */
export function alone(own: Annotations): Inheritance {
  return { annotations: own, origins: nothing };
}

/**
 * Leaves out what only sources ask for and a pod does not have. A pod that arrives with sidecars was injected before, and
 * copied or restored since: whatever its namespace says by now, it keeps what it has. `named`: the sidecars that its status
 * names, by their containers.
 */
export function withoutNews(
  own: Annotations,
  { annotations, origins }: Inheritance,
  named: ReadonlySet<string>,
): Inheritance {
  const isMeant = (key: string) => Object.hasOwn(own, switchKey(key)) || named.has(askedName(key));
  const isKept = (key: string) =>
    key === injectAnnotation
      ? annotations[key] === 'false'
      : isMeant(key) && parseRequestKey(key)?.isWellFormed === true;
  if ([...origins.keys()].every(isKept)) return { annotations, origins };
  const kept = [...origins].filter(([key]) => isKept(key));
  return merged(
    own,
    kept.map(([key, from]) => [key, { value: annotations[key] ?? '', from }]),
  );
}

type Offer = readonly [key: string, offer: { readonly value: string; readonly from: string }];

const nothing: ReadonlyMap<string, string> = new Map();

/** What sources have and the pod has not, by key. */
function offeredBeside(
  own: Annotations,
  sources: readonly AnnotationSource[],
): ReadonlyMap<string, Offer[1]> {
  const offers = sources.flatMap(({ from, annotations }) =>
    Object.entries(annotations).map(([key, value]): Offer => [key, { value, from }]),
  );
  const isOffer = ([key]: Offer) =>
    (key === injectAnnotation || isRequestKey(key)) && !Object.hasOwn(own, key);
  return new Map(offers.filter(isOffer));
}

function merged(own: Annotations, counting: readonly Offer[]): Inheritance {
  if (counting.length === 0) return alone(own);
  const inherited = Object.fromEntries(counting.map(([key, { value }]) => [key, value] as const));
  return {
    annotations: { ...own, ...inherited },
    origins: new Map(counting.map(([key, { from }]) => [key, from] as const)),
  };
}
