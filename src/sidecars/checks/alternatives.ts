import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { isChoice, isEach, parametersIn, parseConditions } from '../template/template.ts';
import type { KeyPath } from '../yaml-source.ts';
import { type Circumstances, isSet, withAll, withoutAll } from './circumstances.ts';

/** What a place of a definition can hold, and when; undefined where a choice leaves it out. */
export interface Alternative<Value = Json | undefined> {
  readonly value: Value;
  readonly path: KeyPath;
  readonly when: Circumstances;
}

/** Every value that a place can have. */
export function alternativesOf({ value, path, when }: Alternative): readonly Alternative[] {
  if (!isObject(value) || !isChoice(value)) return [{ value, path, when }];
  const conditions = parseConditions(value['when']);
  return [
    ...alternativesOf({ value: value['value'], path: [...path, 'value'], when: withAll(when, conditions) }),
    ...alternativesOf({ value: value['else'], path: [...path, 'else'], when: withoutAll(when, conditions) }),
  ];
}

/** Every value that a field of an object can have. */
export function fieldOf(place: Alternative<JsonObject>, key: string): readonly Alternative[] {
  const { value, path, when } = place;
  return alternativesOf({ value: value[key], path: [...path, key], when });
}

/** Every value that can stand at a path below an object, undefined where something on the way to it is not there. */
export function below(place: Alternative<JsonObject>, keys: readonly string[]): readonly Alternative[] {
  const [key = '', ...rest] = keys;
  const found = fieldOf(place, key);
  if (rest.length === 0) return found;
  return found.flatMap(each => (isObjectPlace(each) ? below(each, rest) : [{ ...each, value: undefined }]));
}

export function isObjectPlace(place: Alternative): place is Alternative<JsonObject> {
  return isObject(place.value);
}

/** An entry that a list can have. */
export interface Entry extends Alternative<Json> {
  /** The parameter for each of whose values it is made once. */
  readonly each: string | undefined;
}

/** Every entry that a list can have, each with what must be so: an entry that names an unset parameter is left out. */
export function entriesOf(list: Alternative): readonly Entry[] {
  return alternativesOf(list).flatMap(({ value, path, when }) =>
    Array.isArray(value)
      ? value.flatMap((entry: Json, index) =>
          entriesIn({ value: entry, path: [...path, index], when, each: undefined }),
        )
      : [],
  );
}

function entriesIn(entry: Entry): readonly Entry[] {
  const { value, path, when, each } = entry;
  // The branch of a choice in a list may be a list, whose entries stand in its place.
  if (Array.isArray(value)) {
    return value.flatMap((one: Json, index) => entriesIn({ ...entry, value: one, path: [...path, index] }));
  }
  if (!isObject(value)) return [{ ...entry, when: withAll(when, namedIn(value)) }];
  if (isEach(value)) {
    const conditions = [isSet(value.each), ...('when' in value ? parseConditions(value['when']) : [])];
    const repeated = { path: [...path, 'value'], when: withAll(when, conditions), each: value.each };
    return entriesIn({ ...repeated, value: value['value'] ?? null });
  }
  if (!isChoice(value)) return [{ ...entry, when: withAll(when, namedIn(value)) }];
  const conditions = parseConditions(value['when']);
  const branch = (key: 'value' | 'else', branchWhen: Circumstances) => {
    const found = value[key];
    return found === undefined
      ? []
      : entriesIn({ value: found, path: [...path, key], when: branchWhen, each });
  };
  return [...branch('value', withAll(when, conditions)), ...branch('else', withoutAll(when, conditions))];
}

/** That each parameter which a value names outside of its choices has a value. */
function namedIn(value: Json): ReturnType<typeof isSet>[] {
  if (typeof value === 'string') return parametersIn(value).map(isSet);
  if (Array.isArray(value)) return [];
  if (!isObject(value) || isChoice(value) || 'json' in value) return [];
  return Object.values(value).flatMap(namedIn);
}
