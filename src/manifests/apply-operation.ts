import { isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import { isObject, type Json, withField } from '../kubernetes/json.ts';
import { keysOfPointer } from '../kubernetes/json-pointer.ts';
import { oneLine } from '../shown-text.ts';
import { ManifestProblemError } from './manifest-problem.ts';
import type { Branch, Emptied, ListBranch, MapBranch, Unfolder } from './patch-tree.ts';
import { offsetOf, startOfPair } from './places.ts';

/** One operation of a JSON Patch, as in RFC 6902. */
export type ManifestOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

export interface OperationContext {
  readonly unfolder: Unfolder;
  /** What had stood in place of a list or map before something was put into it; undefined where nothing had. */
  readonly before: (node: YAMLMap | YAMLSeq) => Omit<Emptied, 'kind'> | undefined;
}

/**
 * Applies an operation below a branch. A list or map of which the last entry is taken out goes with its key, unless it
 * had been there before.
 *
 * @throws ManifestProblemError where the text cannot be edited there.
 */
export function applyOperation(
  root: Branch,
  operation: ManifestOperation,
  context: OperationContext,
): Branch {
  const keys = keysOfPointer(operation.path);
  return edit(root, keys, operation, context) ?? { kind: 'emptied', value: {}, text: '{}' };
}

/** Undefined where nothing is left of the branch. */
function edit(
  branch: Branch,
  keys: readonly string[],
  operation: ManifestOperation,
  context: OperationContext,
): Branch | undefined {
  const found = context.unfolder.unfold(branch);
  if (found.kind === 'fresh' || found.kind === 'emptied') {
    return { kind: 'fresh', value: editedValue(found.value, keys, operation) };
  }
  const [key = '', ...others] = keys;
  if (others.length > 0) {
    const entry = entryAt(found, key);
    const left = edit(entry.branch, others, operation, context);
    leave(found, entry, left);
  } else if (operation.op === 'remove') {
    const entry = entryAt(found, key);
    if (entry.branch.kind === 'kept') context.unfolder.checkOwn(entry.branch.node);
    takeOut(found, entry);
  } else put(found, key, { operation, context });
  if (found.entries.length > 0) return found;
  const before = context.before(found.node);
  return before && { kind: 'emptied', ...before };
}

function leave(branch: MapBranch | ListBranch, entry: Entry, left: Branch | undefined): void {
  if (left !== undefined) entry.branch = left;
  // An item of a list does not go because something was taken out of it.
  else if (branch.kind === 'list') entry.branch = emptyOf(entry.branch);
  else takeOut(branch, entry);
}

type Entry = { branch: Branch };

function entryAt(branch: MapBranch | ListBranch, key: string): Entry {
  const entry = findEntry(branch, key);
  if (entry !== undefined) return entry;
  throw new ManifestProblemError(
    offsetOf(branch.node),
    `"${key}" comes from a merge key or is not there; write it out here`,
  );
}

function findEntry(branch: MapBranch | ListBranch, key: string): Entry | undefined {
  if (branch.kind === 'list') return branch.entries[Number(key)];
  const [entry, ...others] = branch.entries.filter(found => found.key === key);
  const { pair } = others.at(-1) ?? {};
  if (pair === undefined) return entry;
  throw new ManifestProblemError(startOfPair(pair), `"${oneLine(key, 80)}" stands here twice; take one out`);
}

function takeOut({ entries }: { readonly entries: Entry[] }, entry: Entry): void {
  entries.splice(entries.indexOf(entry), 1);
}

function emptyOf(branch: Branch): Emptied {
  const isList = branch.kind === 'list' || (branch.kind === 'kept' && isSeq(branch.node));
  return isList ? { kind: 'emptied', value: [], text: '[]' } : { kind: 'emptied', value: {}, text: '{}' };
}

interface Putting {
  readonly operation: Exclude<ManifestOperation, { readonly op: 'remove' }>;
  readonly context: OperationContext;
}

function put(branch: MapBranch | ListBranch, key: string, { operation, context }: Putting): void {
  const fresh = { kind: 'fresh', value: operation.value as Json } as const;
  if (branch.kind === 'list' && operation.op === 'add') {
    branch.entries.splice(key === '-' ? branch.entries.length : Number(key), 0, { branch: fresh });
    return;
  }
  const entry = findEntry(branch, key);
  if (entry === undefined) {
    if (branch.kind === 'map') branch.entries.push({ key, branch: fresh });
    return;
  }
  if (entry.branch.kind === 'kept') context.unfolder.checkOwn(entry.branch.node);
  entry.branch = fresh;
}

/** The same on a value that is not in the text yet. */
function editedValue(value: Json, keys: readonly string[], operation: ManifestOperation): Json {
  if (Array.isArray(value)) return editedList(value, keys, operation);
  const [key = '', ...others] = keys;
  const map = isObject(value) ? value : {};
  if (others.length > 0) return { ...map, [key]: editedValue(map[key] ?? null, others, operation) };
  return withField(map, key, operation.op === 'remove' ? undefined : (operation.value as Json));
}

function editedList(
  list: readonly Json[],
  [key = '', ...others]: readonly string[],
  operation: ManifestOperation,
): Json {
  const index = key === '-' ? list.length : Number(key);
  if (others.length > 0) return list.with(index, editedValue(list[index] ?? null, others, operation));
  if (operation.op === 'remove') return list.toSpliced(index, 1);
  return list.toSpliced(index, operation.op === 'add' ? 0 : 1, operation.value as Json);
}
