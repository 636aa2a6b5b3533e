import { at, type JsonObject } from '../kubernetes/json.ts';

/** The namespace that is written in an object. */
export function namespaceOf(object: JsonObject): string | undefined {
  const name = at(object, ['metadata', 'namespace']);
  return typeof name === 'string' && name !== '' ? name : undefined;
}
