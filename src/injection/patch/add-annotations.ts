import type { Pod } from '../../kubernetes/pod.ts';
import { appendedName } from '../status/pod-status.ts';
import type { InjectedBefore } from '../status/read-status.ts';
import {
  type ListAnnotation,
  listAnnotations,
  namesIn,
  type WithVolumes,
  withNames,
} from './list-annotations.ts';

type Annotation = readonly [key: string, value: string];

/** The annotations that go into a pod, and what of them is there because of each sidecar. */
export interface AddedAnnotations {
  readonly added: readonly Annotation[];
  /** The sidecars in their order. */
  readonly bySidecar: readonly AnnotationsOfSidecar[];
}

export interface AnnotationsOfSidecar {
  /** The annotations that are ours as a whole. */
  readonly keys: readonly string[];
  /** What stands behind a list of the user's because of it. */
  readonly appended: readonly string[];
}

/**
 * The annotations that sidecars bring: the first value of each key that the pod does not have, because what the user
 * wrote stays, and names behind the lists that others read. What an earlier pass has added is not the user's.
 */
export function addAnnotations(
  pod: Pod,
  sidecars: readonly WithVolumes[],
  before: InjectedBefore,
): AddedAnnotations {
  const present = pod.metadata.annotations ?? {};
  const lists = listAnnotations.flatMap(annotation => continueList(annotation, pod, sidecars, before) ?? []);
  const isOurs = (key: string) => !Object.hasOwn(present, key) || before.annotations.has(key);
  const values = new Map(lists.map(({ value }) => value));
  for (const { sidecar } of sidecars)
    for (const [key, value] of sidecar.annotations)
      if (isOurs(key) && !values.has(key)) values.set(key, present[key] ?? value);
  return {
    added: [...values].filter(([key, value]) => present[key] !== value),
    bySidecar: sidecars.map(({ sidecar }, index) => {
      const brought = sidecar.annotations.filter(([key, value]) => isOurs(key) && values.get(key) === value);
      const ofLists = lists.map(({ bySidecar }) => bySidecar[index] ?? nothing);
      return {
        keys: [...new Set([...ofLists.flatMap(({ keys }) => keys), ...brought.map(([key]) => key)])],
        appended: ofLists.flatMap(({ appended }) => appended),
      };
    }),
  };
}

const nothing: AnnotationsOfSidecar = { keys: [], appended: [] };

interface ContinuedList {
  readonly value: Annotation;
  readonly bySidecar: readonly AnnotationsOfSidecar[];
}

/** Undefined where no sidecar needs the list. */
function continueList(
  annotation: ListAnnotation,
  pod: Pod,
  sidecars: readonly WithVolumes[],
  before: InjectedBefore,
): ContinuedList | undefined {
  const { key, namesFor } = annotation;
  const needed = sidecars.map(added => namesFor(added, pod));
  if (needed.every(names => names.length === 0)) return undefined;
  const present = pod.metadata.annotations ?? {};
  const list = Object.hasOwn(present, key) ? present[key] : undefined;
  const isUsers = list !== undefined && !before.annotations.has(key);
  const known = new Set(list === undefined ? [] : namesIn(list, annotation));
  const missing = new Set(needed.flat().filter(name => !known.has(name)));
  const isAppended = (name: string) => missing.has(name) || before.appended.has(appendedName(key, name));
  return {
    value: [key, withNames(list, [...missing], annotation)],
    bySidecar: needed.map(names => ({
      keys: !isUsers && names.length > 0 ? [key] : [],
      appended: isUsers ? names.filter(isAppended).map(name => appendedName(key, name)) : [],
    })),
  };
}
