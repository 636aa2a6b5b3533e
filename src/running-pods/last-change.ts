import { managersOf } from '../kubernetes/managed-fields.ts';
import type { ObjectMeta } from '../kubernetes/pod.ts';

/** When a manager last changed an object, in milliseconds since 1970; undefined where it never has. */
export function lastChangeMs(metadata: ObjectMeta, manager: string): number | undefined {
  const times = managersOf(metadata)
    .filter(entry => entry['manager'] === manager)
    .map(({ time }) => Date.parse(String(time)));
  const known = times.filter(time => !Number.isNaN(time));
  return known.length === 0 ? undefined : Math.max(...known);
}
