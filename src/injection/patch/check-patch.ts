import { isObject } from '../../kubernetes/json.ts';
import { keyOfPointer } from '../../kubernetes/json-pointer.ts';
import type { AddOperation, PatchOperation } from './patch-operation.ts';
import { promisedOfPod } from './promised-paths.ts';
import { UnappliablePatchError } from './unappliable-patch-error.ts';

/** What speaks against an operation, given what stands at its path; undefined where nothing does. */
export type Promised = (operation: PatchOperation, present: unknown) => string | undefined;

/**
 * Checks that every operation applies to the object and changes only what the injector may, without copying the object:
 * a patch that does not apply fails the request whatever the failure policy says.
 *
 * @throws UnappliablePatchError naming the first operation that does not.
 */
export function checkPatch(
  object: unknown,
  operations: readonly PatchOperation[],
  promised: Promised = promisedOfPod,
): void {
  const changes: Changes = { values: new Map(), lengths: new Map() };
  let parent: Parent | undefined;
  for (const operation of operations) {
    const { path } = operation;
    const end = path.lastIndexOf('/');
    // What one operation did below its parent is no other parent for the next.
    if (parent?.path.length !== end || !path.startsWith(parent.path)) {
      const parentPath = path.slice(0, end);
      parent = { path: parentPath, value: valueAt(object, parentPath, changes) };
    }
    const key = path.slice(end + 1);
    const place = { parent, key, present: step(parent.value, { path, key }, changes) };
    const problem = promised(operation, place.present) ?? problemOf(operation, place, changes);
    if (problem !== undefined) throw new UnappliablePatchError(path, problem);
  }
}

/** What the operations so far made of the object. */
interface Changes {
  /** What stands at a path now; undefined where nothing does any more. */
  readonly values: Map<string, unknown>;
  /** How long a list is now. */
  readonly lengths: Map<string, number>;
}

/** What operations act upon. */
interface Parent {
  readonly path: string;
  readonly value: unknown;
}

/** Where an operation acts. */
interface Place {
  readonly parent: Parent;
  readonly key: string;
  /** What stands there. */
  readonly present: unknown;
}

function problemOf(operation: PatchOperation, place: Place, changes: Changes): string | undefined {
  if (operation.op === 'add') return add(operation, place, changes);
  if (place.present === undefined) return 'there is nothing at that path';
  changes.values.set(operation.path, operation.op === 'replace' ? operation.value : undefined);
  return undefined;
}

function add(
  { path, value }: AddOperation,
  { parent, key, present }: Place,
  changes: Changes,
): string | undefined {
  if (Array.isArray(parent.value)) return addEntry(parent.path, parent.value, key, changes);
  if (!isObject(parent.value)) {
    return parent.path.endsWith('/annotations') ? 'there are no annotations' : 'its parent does not exist';
  }
  if (typeof present === 'object' && present !== null) {
    return `the ${Array.isArray(present) ? 'list' : 'map'} exists and would be overwritten`;
  }
  changes.values.set(path, value);
  return undefined;
}

function addEntry(
  path: string,
  list: readonly unknown[],
  position: string,
  { lengths }: Changes,
): string | undefined {
  const length = lengths.get(path) ?? list.length;
  if (position !== '-' && !/^(0|[1-9]\d*)$/.test(position)) return 'no position in a list';
  if (position !== '-' && Number(position) > length) return `the list has only ${length} entries`;
  lengths.set(path, length + 1);
  return undefined;
}

/** Entries of a list are counted as they stood before the patch: nothing is ever changed below one that moved. */
function valueAt(object: unknown, path: string, changes: Changes): unknown {
  let value = object;
  for (let start = 1; start <= path.length; ) {
    const slash = path.indexOf('/', start);
    const end = slash < 0 ? path.length : slash;
    value = step(value, { path: path.slice(0, end), key: path.slice(start, end) }, changes);
    start = end + 1;
  }
  return value;
}

/** What is now below a value, at a path whose last part is this key. */
function step(
  value: unknown,
  { path, key }: { readonly path: string; readonly key: string },
  { values }: Changes,
): unknown {
  if (values.size > 0 && values.has(path)) return values.get(path);
  return child(value, key.includes('~') ? keyOfPointer(key) : key);
}

function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
