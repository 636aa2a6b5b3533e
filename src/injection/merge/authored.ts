/**
 * What the author of a pod wrote, the user or the controller with the user's template, told from what others have added
 * since. Nobody knows where a pod has no managed fields: a manifest has none, and another injector may take them out.
 */
import { managersOf, ownedBelow } from '../../kubernetes/managed-fields.ts';
import type { Pod } from '../../kubernetes/pod.ts';

/**
 * Tells of a name whether the author wrote a container of that name, as far as somebody knows. Who wrote what is read when it
 * is asked for the first time: it is half of a pod, and not asked of the only container, which nobody else can have written.
 */
export function authorship({ metadata, spec }: Pod): (name: string) => boolean {
  const containers = spec.containers ?? [];
  const only = containers.length === 1 ? containers[0]?.name : undefined;
  let names: ReadonlySet<string> | undefined;
  return name => {
    if (name === only) return true;
    names ??= authoredNames({ metadata, spec });
    return names.size === 0 || names.has(name);
  };
}

/** Empty where nobody knows. */
function authoredNames({ metadata, spec }: Pod): ReadonlySet<string> {
  const owned = new Set(managersOf(metadata).flatMap(entry => ownedBelow(entry, ['spec', 'containers'])));
  const names = (spec.containers ?? []).map(({ name }) => name);
  return new Set(names.filter(name => owned.has(`k:${JSON.stringify({ name })}`)));
}

/** Whether the author wrote an annotation, as far as somebody knows. */
export function isAuthoredAnnotation({ metadata }: Pod, key: string): boolean {
  return managersOf(metadata).some(entry =>
    ownedBelow(entry, ['metadata', 'annotations']).includes(`f:${key}`),
  );
}
