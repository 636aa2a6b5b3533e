import jsonPatch, { type Operation } from 'fast-json-patch';
import type { PatchOperation } from './patch-operation.ts';
import { UnappliablePatchError } from './unappliable-patch-error.ts';

/**
 * The object as it is after a patch; the given one stays as it is. The request path sends patches and never applies them.
 *
 * @throws UnappliablePatchError where an operation does not apply.
 */
export function applyPatch<T>(object: T, operations: readonly PatchOperation[]): T {
  try {
    const patch = structuredClone(operations) as Operation[];
    return jsonPatch.applyPatch(structuredClone(object), patch, true).newDocument;
  } catch (error) {
    if (!(error instanceof jsonPatch.JsonPatchError)) throw error;
    throw new UnappliablePatchError(String((error.operation as Operation | undefined)?.path), error.name);
  }
}
