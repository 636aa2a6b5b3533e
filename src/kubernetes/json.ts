/** What `JSON.parse` returns. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for a JSON object: not null and not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object with another value of one key, or without the key where there is none. */
export function withField(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [key]: value };
  const { [key]: _removed, ...others } = object;
  return others;
}

/** Whether a value is a scalar, or a list or an object of scalars. */
export function isFlat(value: unknown): boolean {
  return isNestedWithin(value, 1);
}

/**
 * Whether no more than so many lists and objects stand within each other. What a user nested without end overflows the
 * stack when it is written as JSON, although it was read from there.
 */
export function isNestedWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every(below => isNestedWithin(below, depth - 1));
}

/** What stands below an object under these keys; undefined where nothing does. */
export function at(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (below, key) => (isObject(below) && Object.hasOwn(below, key) ? below[key] : undefined),
    object,
  );
}
