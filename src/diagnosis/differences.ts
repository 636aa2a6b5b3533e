import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';

/** A place where what is stored is not what was installed. */
export interface Difference {
  /** As in `webhooks[pods.sidecar.io].failurePolicy`. */
  readonly path: string;
  /** Undefined where nothing is installed there. */
  readonly shipped: Json | undefined;
  /** Undefined where nothing is stored there. */
  readonly stored: Json | undefined;
}

/** All places where two values differ, each as deep as it can be named. The order of plain values in a list does not count. */
export function differencesOf(
  shipped: Json | undefined,
  stored: Json | undefined,
  path = '',
): readonly Difference[] {
  if (isObject(shipped) && isObject(stored)) return differencesOfObjects(shipped, stored, path);
  if (isNamedList(shipped) && isNamedList(stored)) return differencesOfNamed(shipped, stored, path);
  return textOf(shipped) === textOf(stored) ? [] : [{ path, shipped, stored }];
}

function differencesOfObjects(shipped: JsonObject, stored: JsonObject, path: string): readonly Difference[] {
  return [...new Set([...Object.keys(shipped), ...Object.keys(stored)])].flatMap(key =>
    differencesOf(shipped[key], stored[key], path === '' ? key : `${path}.${key}`),
  );
}

function differencesOfNamed(
  shipped: readonly Named[],
  stored: readonly Named[],
  path: string,
): readonly Difference[] {
  const byName = (list: readonly Named[]) => new Map(list.map(entry => [entry.name, entry]));
  const [ours, theirs] = [byName(shipped), byName(stored)];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap(name =>
    differencesOf(ours.get(name), theirs.get(name), `${path}[${name}]`),
  );
}

interface Named extends JsonObject {
  readonly name: string;
}

function isNamedList(value: Json | undefined): value is readonly Named[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(entry => isObject(entry) && typeof entry['name'] === 'string')
  );
}

/** The same for values that mean the same. */
function textOf(value: Json | undefined): string | undefined {
  return JSON.stringify(value, (_key, below: Json) => {
    if (isObject(below))
      return Object.fromEntries(Object.entries(below).sort(([a], [b]) => (a < b ? -1 : 1)));
    return Array.isArray(below) && below.every(entry => typeof entry === 'string') ? below.toSorted() : below;
  });
}
