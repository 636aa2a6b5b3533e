import { isObject } from './json.ts';
import type { Volume } from './pod.ts';

/** What kind of volume it is, as the API names it; one that says nothing is an emptyDir. */
export function sourceOf(volume: Volume): string {
  return Object.keys(volume).find(key => key !== 'name' && volume[key] !== null) ?? 'emptyDir';
}

/** Whether a volume is of a kind that can never be written, or says so itself. */
export function isReadOnlyVolume(volume: Volume): boolean {
  const source = sourceOf(volume);
  const settings = volume[source];
  return readOnlySources.has(source) || (isObject(settings) && settings['readOnly'] === true);
}

export const readOnlySources: ReadonlySet<string> = new Set([
  'configMap',
  'secret',
  'downwardAPI',
  'projected',
  'image',
]);

/** Whether a volume is an emptyDir on the disk of the node: one in memory counts as memory of its containers. */
export function isOnDisk(volume: unknown): boolean {
  const emptyDir = isObject(volume) ? volume['emptyDir'] : undefined;
  return isObject(emptyDir) && emptyDir['medium'] !== 'Memory';
}
