import { isObject, type Json, type JsonObject } from './json.ts';
import type { Container } from './pod.ts';

/** A variable as it stands in `env` of a container: its value, or where the value comes from. */
export interface EnvironmentVariable extends JsonObject {
  readonly name: string;
}

/** The variables of a container by name, the one that counts of each: the last. */
export function environmentOf({ env }: Container): ReadonlyMap<string, EnvironmentVariable> {
  return new Map((env ?? []).filter(isVariable).map(variable => [variable.name, variable] as const));
}

/** The value that is written for a variable; undefined where it comes from elsewhere. */
export function literalValueOf({ value, valueFrom }: EnvironmentVariable): string | undefined {
  return isObject(valueFrom) ? undefined : String(value ?? '');
}

/**
 * Whether two variables say the same. The API server writes what it holds for the default into one that it has read, and
 * leaves out what is empty, before it asks a second time.
 */
export function isSameVariable(a: EnvironmentVariable, b: EnvironmentVariable): boolean {
  return JSON.stringify(significant(a)) === JSON.stringify(significant(b));
}

function isVariable(entry: unknown): entry is EnvironmentVariable {
  return isObject(entry) && typeof entry['name'] === 'string';
}

/** What says something, with its keys in one order. */
function significant(value: Json): Json {
  if (!isObject(value)) return value;
  const entries = Object.entries(value)
    .filter(([key, entry]) => entry !== null && defaults[key] !== entry)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, significant(entry)]));
}

/** The defaults of `env`, none of which means something else at another place in it. */
const defaults: JsonObject = { value: '', apiVersion: 'v1', divisor: '0', optional: false };
