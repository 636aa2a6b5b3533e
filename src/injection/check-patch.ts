import type { Pod } from '../kubernetes/pod.ts';
import type { AddOperation } from './build-patch.ts';
import { UnappliablePatchError } from './unappliable-patch-error.ts';

/**
 * Checks that every operation applies to the pod and only adds where the injector may, without copying the pod: a patch
 * that does not apply fails the pod whatever the failure policy says.
 *
 * @throws UnappliablePatchError naming the first operation that does not.
 */
export function checkPatch(pod: Pod, operations: readonly AddOperation[]): void {
  const lengths: Lengths = new Map();
  for (const operation of operations) {
    const problem = problemOf(pod, operation, lengths);
    if (problem !== undefined) throw new UnappliablePatchError(operation.path, problem);
  }
}

/** How long each list is after the operations so far, by its path. */
type Lengths = Map<string, number>;

function problemOf(pod: Pod, { op, path, value }: AddOperation, lengths: Lengths): string | undefined {
  if (op !== 'add') return 'only add operations are sent';
  const parent = path.slice(0, path.lastIndexOf('/'));
  const key = path.slice(parent.length + 1);
  if (parent === '/metadata/annotations')
    return pod.metadata.annotations ? undefined : 'the pod has no annotations';
  if (isList(parent)) return addEntry(pod, parent, key, lengths);
  return isList(path) ? addList(pod, path, value, lengths) : 'not a path that the injector may add to';
}

const lists: ReadonlySet<string> = new Set(['/spec/volumes', '/spec/initContainers', '/spec/containers']);
const mounts = /^\/spec\/containers\/(0|[1-9]\d*)\/volumeMounts$/;

function isList(path: string): boolean {
  return lists.has(path) || mounts.test(path);
}

function addList(pod: Pod, path: string, value: unknown, lengths: Lengths): string | undefined {
  if (lengthOf(pod, path, lengths) !== undefined) return 'the list exists and would be overwritten';
  if (!parentExists(pod, path)) return 'the container does not exist';
  lengths.set(path, Array.isArray(value) ? value.length : 0);
  return undefined;
}

function addEntry(pod: Pod, list: string, position: string, lengths: Lengths): string | undefined {
  const length = lengthOf(pod, list, lengths);
  if (length === undefined) return 'the list does not exist';
  if (position !== '-' && !/^(0|[1-9]\d*)$/.test(position)) return 'no position in a list';
  // The first container is the one that kubectl logs and exec pick.
  if (position !== '-' && list === '/spec/containers') return 'not a path that the injector may add to';
  if (position !== '-' && Number(position) > length) return `the list has only ${length} entries`;
  lengths.set(list, length + 1);
  return undefined;
}

function lengthOf({ spec }: Pod, path: string, lengths: Lengths): number | undefined {
  const known = lengths.get(path);
  if (known !== undefined) return known;
  if (path === '/spec/volumes') return spec.volumes?.length;
  if (path === '/spec/initContainers') return spec.initContainers?.length;
  if (path === '/spec/containers') return spec.containers?.length;
  return spec.containers?.[containerIndex(path)]?.volumeMounts?.length;
}

function parentExists({ spec }: Pod, path: string): boolean {
  return lists.has(path) || spec.containers?.[containerIndex(path)] !== undefined;
}

function containerIndex(path: string): number {
  return Number(mounts.exec(path)?.[1]);
}
