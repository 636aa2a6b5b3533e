/**
 * What the author of a pod wrote, the user or the controller with the user's template, told from what others have added
 * since. Nobody knows where a pod has no managed fields: a manifest has none, and another injector may take them out.
 */
import { managersOf, ownedBelow } from '../../kubernetes/managed-fields.ts';
import type { Pod } from '../../kubernetes/pod.ts';

/** The names of the containers that the author wrote, in the order of the pod; undefined where nobody knows. */
export function authoredContainers({ metadata, spec }: Pod): ReadonlySet<string> | undefined {
  const owned = new Set(managersOf(metadata).flatMap(entry => ownedBelow(entry, ['spec', 'containers'])));
  const names = (spec.containers ?? [])
    .map(({ name }) => name)
    .filter(name => owned.has(`k:${JSON.stringify({ name })}`));
  return names.length === 0 ? undefined : new Set(names);
}

/** Whether the author wrote an annotation, as far as somebody knows. */
export function isAuthoredAnnotation({ metadata }: Pod, key: string): boolean {
  return managersOf(metadata).some(entry =>
    ownedBelow(entry, ['metadata', 'annotations']).includes(`f:${key}`),
  );
}
