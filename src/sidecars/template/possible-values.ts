import { isObject, type Json } from '../../kubernetes/json.ts';
import { isChoice, isEach } from './template.ts';

/** Every value that a place can have: both branches of a choice, undefined where it can be left out. */
export function possibleValues(value: Json | undefined): readonly (Json | undefined)[] {
  if (!isObject(value)) return [value];
  if (isEach(value)) return [...possibleValues(value['value']), undefined];
  if (!isChoice(value)) return [value];
  return [...possibleValues(value['value']), ...possibleValues(value['else'])];
}

/** Every value that can stand at a path below an object. */
export function possibleValuesAt(
  value: Json | undefined,
  keys: readonly string[],
): readonly (Json | undefined)[] {
  const [key, ...rest] = keys;
  if (key === undefined) return possibleValues(value);
  return possibleValues(value).flatMap(candidate =>
    possibleValuesAt(isObject(candidate) ? candidate[key] : undefined, rest),
  );
}

/** Every entry that a list can have, those of an `each` once. */
export function possibleEntries(value: Json | undefined): readonly Json[] {
  return possibleValues(value)
    .filter(list => Array.isArray(list))
    .flatMap((list: readonly Json[]) => list.flatMap(possibleEntriesOf));
}

/** Every entry that one place in a list can have. */
export function possibleEntriesOf(entry: Json): readonly Json[] {
  return possibleValues(entry).flatMap(value => {
    if (value === undefined) return [];
    return Array.isArray(value) ? (value as readonly Json[]).flatMap(possibleEntriesOf) : [value];
  });
}
