/** What `sidecar.io/propagated` remembers: the annotations that were carried into the pod template, key and value. */
import { isCarriedKey, propagatedAnnotation } from '../injection/request/annotation-keys.ts';
import { isObject } from '../kubernetes/json.ts';

export type PropagatedAnnotations = ReadonlyMap<string, string>;

/** Reads the memory of an object; undefined where somebody else wrote over it. */
export function readPropagated(
  annotations: Readonly<Record<string, string>>,
): PropagatedAnnotations | undefined {
  const text = annotations[propagatedAnnotation];
  if (text === undefined) return new Map();
  const value = parse(text);
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  const isOurs = entries.every(([key, carried]) => isCarriedKey(key) && typeof carried === 'string');
  return isOurs ? new Map(entries as [string, string][]) : undefined;
}

/** Writes the memory, in the order of its keys; undefined where there is nothing to remember. */
export function propagatedText(memory: PropagatedAnnotations): string | undefined {
  if (memory.size === 0) return undefined;
  return JSON.stringify(Object.fromEntries([...memory].toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
