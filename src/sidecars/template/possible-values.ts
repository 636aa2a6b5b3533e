import { isObject, type Json } from '../../kubernetes/json.ts';
import { isChoice } from './template.ts';

/** Every value that a place can have: both branches of a choice, undefined where it can be left out. */
export function possibleValues(value: Json | undefined): readonly (Json | undefined)[] {
  if (!isObject(value) || !isChoice(value)) return [value];
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

/** Every entry that a list can have. */
export function possibleEntries(value: Json | undefined): readonly Json[] {
  const lists = possibleValues(value).filter(list => Array.isArray(list)) as readonly (readonly Json[])[];
  return lists.flat().flatMap(entry => possibleValues(entry).filter(candidate => candidate !== undefined));
}
