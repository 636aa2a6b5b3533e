import type { ContainerList } from '../../kubernetes/containers.ts';
import { jsonPointer } from '../../kubernetes/json-pointer.ts';
import type { PodSpec } from '../../kubernetes/pod.ts';
import type { AddOperation } from './patch-operation.ts';

/** What goes into a pod, ready to be put into operations. */
export interface Additions {
  readonly initContainers: readonly unknown[];
  /** Where in the list of init containers they go. */
  readonly initContainerIndex: number;
  readonly containers: readonly unknown[];
  readonly volumes: readonly unknown[];
  readonly mounts: readonly PlacedEntry[];
  readonly variables: readonly PlacedEntry[];
  readonly imagePullSecrets?: readonly unknown[];
  readonly annotations: readonly (readonly [key: string, value: string])[];
  /** Whether the pod has no annotation, as it may where its namespace asked for all this. */
  readonly areFirstAnnotations?: boolean;
}

/** An entry of a list of a container, such as a mount, and the container that gets it: one that the pod has. */
export interface PlacedEntry {
  readonly list: ContainerList;
  readonly index: number;
  readonly value: unknown;
}

/**
 * The operations that add everything to a pod. A list that is there is appended to and never written whole; one that is
 * missing is added with all its entries, because an `add` below a missing parent fails the pod.
 */
export function buildPatch(spec: PodSpec, additions: Additions): readonly AddOperation[] {
  const { initContainers, initContainerIndex, containers, volumes, imagePullSecrets = [] } = additions;
  const operations: AddOperation[] = [];
  const add = (path: string, value: unknown) => void operations.push({ op: 'add', path, value });
  const append = (path: string, present: List, values: readonly unknown[]) => {
    if (present) for (const value of values) add(`${path}/-`, value);
    else if (values.length > 0) add(path, values);
  };
  append('/spec/volumes', spec.volumes, volumes);
  // Before those that are put in, which move the others.
  addEntries('initContainers', spec, additions, append);
  if (spec.initContainers)
    for (const [offset, value] of initContainers.entries())
      add(`/spec/initContainers/${initContainerIndex + offset}`, value);
  else append('/spec/initContainers', undefined, initContainers);
  append('/spec/containers', spec.containers, containers);
  addEntries('containers', spec, additions, append);
  append('/spec/imagePullSecrets', listOf(spec.imagePullSecrets), imagePullSecrets);
  if (additions.areFirstAnnotations) add('/metadata/annotations', {});
  for (const [key, value] of additions.annotations) add(`/metadata/annotations${jsonPointer(key)}`, value);
  return operations;
}

/** Nothing is added where something else stands there. */
function listOf(value: unknown): List {
  return Array.isArray(value) ? value : undefined;
}

type List = readonly unknown[] | null | undefined;

type Append = (path: string, present: List, values: readonly unknown[]) => void;

function addEntries(
  list: ContainerList,
  spec: PodSpec,
  { mounts, variables }: Additions,
  append: Append,
): void {
  for (const [field, entries] of [
    ['volumeMounts', mounts],
    ['env', variables],
  ] as const) {
    const ofList = entries.filter(entry => entry.list === list);
    if (ofList.length === 0) continue;
    for (const [index, added] of Map.groupBy(ofList, entry => entry.index)) {
      const present = spec[list]?.[index]?.[field];
      append(
        `/spec/${list}/${index}/${field}`,
        present,
        added.map(({ value }) => value),
      );
    }
  }
}
