/** What a patch may do to a workload, told by comparing workloads and not by asking the code that makes the patch. */
import { isCarriedKey } from '../src/injection/request/annotation-keys.ts';
import { isObject } from '../src/kubernetes/json.ts';

/**
 * The API server knows no empty map of annotations: it is the same as none. Not by way of JSON: now and then V8 13.6 reads
 * the key "\\n", which is one character and escaped, as a backslash.
 */
export function withoutEmptyAnnotations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyAnnotations);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(
    ([key, below]) => !(key === 'annotations' && isNothing(below)),
  );
  return Object.fromEntries(entries.map(([key, below]) => [key, withoutEmptyAnnotations(below)]));
}

function isNothing(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Where something differs between two objects, as keys with blanks between them. */
export function differences(
  before: unknown,
  after: unknown,
  path: readonly string[] = [],
): readonly string[] {
  if (!isObject(before) || !isObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [path.join(' ')];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap(key =>
    differences(
      Object.hasOwn(before, key) ? before[key] : undefined,
      Object.hasOwn(after, key) ? after[key] : undefined,
      [...path, key],
    ),
  );
}

/** Whether a patch of a workload may change something there. */
export function isPromisedPlace(place: string, templatePath: readonly string[]): boolean {
  const template = templatePath.join(' ');
  const [, key] = /(?:^| )annotations (.*)$/s.exec(place) ?? [];
  if (key === undefined) {
    return place === `${template} spec volumes` || /(?:^| )(?:metadata|annotations)$/.test(place);
  }
  return place.startsWith(`${template} `) ? isCarriedKey(key) : key === 'sidecar.io/propagated';
}
