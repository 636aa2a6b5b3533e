import jsonPatch, { type Operation } from 'fast-json-patch';
import type { Pod } from '../kubernetes/pod.ts';
import type { AddOperation } from './build-patch.ts';
import { UnappliablePatchError } from './unappliable-patch-error.ts';

/**
 * The pod as it is after a patch; the given pod stays as it is. The request path sends patches and never applies them.
 *
 * @throws UnappliablePatchError where an operation does not apply.
 */
export function applyPatch(pod: Pod, operations: readonly AddOperation[]): Pod {
  try {
    const patch = structuredClone(operations) as Operation[];
    return jsonPatch.applyPatch(structuredClone(pod), patch, true).newDocument;
  } catch (error) {
    if (!(error instanceof jsonPatch.JsonPatchError)) throw error;
    throw new UnappliablePatchError(String((error.operation as Operation | undefined)?.path), error.name);
  }
}
