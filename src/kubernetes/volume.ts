import { isObject } from './json.ts';

/** Whether a volume is an emptyDir on the disk of the node: one in memory counts as memory of its containers. */
export function isOnDisk(volume: unknown): boolean {
  const emptyDir = isObject(volume) ? volume['emptyDir'] : undefined;
  return isObject(emptyDir) && emptyDir['medium'] !== 'Memory';
}
