import { contentHash } from '../content-hash.ts';
import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';

/**
 * Tells one version of a definition from another: 16 hexadecimal digits. The first eight stand for everything but the
 * image, the last eight for the image, because it is the one thing that can change in a pod that runs.
 */
export function definitionHash(spec: JsonObject): string {
  // What is accepted changes no pod.
  const { accept: _accept, ...rest } = spec;
  const { image = null, ...container } = isObject(spec['container']) ? spec['container'] : {};
  return `${half({ ...rest, container })}${half(image)}`;
}

/** Whether two hashes stand for definitions that say the same of everything but the image. */
export function isSameButImage(hash: string, other: string): boolean {
  return hash.length === other.length && hash.slice(0, halfLength) === other.slice(0, halfLength);
}

const halfLength = 8;

function half(value: Json): string {
  return contentHash(JSON.stringify(value, sortKeys)).slice(0, halfLength);
}

/** So that the order in which a file writes its keys makes no difference. */
function sortKeys(_key: string, value: Json): Json {
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}
