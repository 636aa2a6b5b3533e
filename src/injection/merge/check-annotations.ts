import { type Finding, warning } from '../reason.ts';
import { shownKey, shownValue } from '../shown-value.ts';
import type { Assembly } from './assembly.ts';

/** Tells of annotations that a sidecar would bring and that are there already, with another value. */
export function checkAnnotations({ pod, sidecars }: Assembly): readonly Finding[] {
  if (sidecars.every(({ annotations }) => annotations.length === 0)) return [];
  const values = new Map(Object.entries(pod.metadata.annotations ?? {}));
  return sidecars.flatMap(({ instance, annotations }) =>
    annotations.flatMap(([key, value]) => {
      const present = values.get(key);
      values.set(key, present ?? value);
      if (present === undefined || present === value) return [];
      return warning(
        'annotation-kept',
        shownKey(key),
        () =>
          `${shownKey(key)}: ${shownValue(present)} stays; ${instance.request.shownKey} would set ${shownValue(value)}`,
      );
    }),
  );
}
