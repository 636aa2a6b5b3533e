import { at, isObject } from './json.ts';
import type { PodSpec } from './pod.ts';

/**
 * The names of the Secrets that a pod pulls its images with. Undefined where the field is not what the API server would
 * take: nothing is asked of it then, and nothing is added to it.
 */
export function pullSecretNames({ imagePullSecrets: secrets }: PodSpec): ReadonlySet<unknown> | undefined {
  if (secrets === undefined || secrets === null) return new Set();
  if (!Array.isArray(secrets)) return undefined;
  return new Set(secrets.filter(isObject).map(secret => at(secret, ['name'])));
}
