import type { SidecarDefinition } from '../definition.ts';
import type { Condition } from '../template/template.ts';

/** Every list of conditions that a definition asks, without repeats: those of its choices, and `once`. */
export function conditionsIn(definition: SidecarDefinition): readonly (readonly Condition[])[] {
  const { volumes, container, ready, content, annotations, once } = definition;
  const found: (readonly Condition[])[] = once ? [once] : [];
  const open: unknown[] = [volumes, container, ready, content, annotations];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    // Whatever kind of template it is: it is asked where it stands under this name.
    if ('when' in value && Array.isArray(value.when)) found.push(value.when.filter(isCondition));
    for (const below of Object.values(value)) open.push(below);
  }
  return [...new Map(found.map(when => [JSON.stringify(when), when])).values()];
}

/** A template may hold any text of its author under the name `when`, in a literal. */
function isCondition(value: unknown): value is Condition {
  return typeof value === 'object' && value !== null && 'subject' in value && 'isNegated' in value;
}
