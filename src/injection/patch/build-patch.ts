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
  const {
    initContainers,
    initContainerIndex,
    containers,
    volumes,
    annotations,
    imagePullSecrets = [],
  } = additions;
  return [
    ...append('/spec/volumes', spec.volumes, volumes),
    // Before those that are put in, which move the others.
    ...addEntries('initContainers', spec, additions),
    ...insert('/spec/initContainers', spec.initContainers, initContainers, initContainerIndex),
    ...append('/spec/containers', spec.containers, containers),
    ...addEntries('containers', spec, additions),
    ...append('/spec/imagePullSecrets', listOf(spec.imagePullSecrets), imagePullSecrets),
    ...(additions.areFirstAnnotations ? [add('/metadata/annotations', {})] : []),
    ...annotations.map(([key, value]) => add(`/metadata/annotations${jsonPointer(key)}`, value)),
  ];
}

function add(path: string, value: unknown): AddOperation {
  return { op: 'add', path, value };
}

/** Nothing is added where something else stands there. */
function listOf(value: unknown): List {
  return Array.isArray(value) ? value : undefined;
}

type List = readonly unknown[] | null | undefined;

function append(path: string, present: List, values: readonly unknown[]): readonly AddOperation[] {
  if (values.length === 0) return [];
  return present ? values.map(value => add(`${path}/-`, value)) : [add(path, values)];
}

function insert(
  path: string,
  present: List,
  values: readonly unknown[],
  index: number,
): readonly AddOperation[] {
  return present
    ? values.map((value, offset) => add(`${path}/${index + offset}`, value))
    : append(path, present, values);
}

function addEntries(
  list: ContainerList,
  spec: PodSpec,
  { mounts, variables }: Additions,
): readonly AddOperation[] {
  return [...addTo('volumeMounts', list, spec, mounts), ...addTo('env', list, spec, variables)];
}

function addTo(
  field: 'volumeMounts' | 'env',
  list: ContainerList,
  spec: PodSpec,
  entries: readonly PlacedEntry[],
): readonly AddOperation[] {
  const byContainer = Map.groupBy(
    entries.filter(entry => entry.list === list),
    ({ index }) => index,
  );
  return [...byContainer].flatMap(([index, added]) =>
    append(
      `/spec/${list}/${index}/${field}`,
      spec[list]?.[index]?.[field],
      added.map(({ value }) => value),
    ),
  );
}
