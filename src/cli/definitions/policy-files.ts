import { InjectorError } from '../../injector-error.ts';
import { at, type JsonObject } from '../../kubernetes/json.ts';

/**
 * Sorts policies and their bindings into files: one for each definition, and one for each policy that is there once for all.
 *
 * @throws InjectorError where a definition has the name of a file of the others.
 */
export function policyFiles(
  objects: readonly JsonObject[],
): ReadonlyMap<string, readonly [JsonObject, ...JsonObject[]]> {
  const files = new Map<string, readonly [JsonObject, ...JsonObject[]]>();
  for (const object of objects) {
    const file = `${baseOf(object)}.yaml`;
    const others = files.get(file);
    if (others !== undefined && isForAll(others[0]) !== isForAll(object))
      throw new InjectorError(
        `the definition "${baseOf(object)}" and the policy "${baseOf(object)}" for all would both be ${file}; give the definition another name, or leave --directory out`,
      );
    files.set(file, others === undefined ? [object] : [...others, object]);
  }
  return files;
}

/** What stands before the first dot: no name of a definition has one. */
function baseOf(object: JsonObject): string {
  return nameOf(object).split('.')[0] ?? '';
}

function isForAll(object: JsonObject): boolean {
  return nameOf(object).endsWith('.sidecar-injector');
}

function nameOf(object: JsonObject): string {
  return String(at(object, ['metadata', 'name']));
}
