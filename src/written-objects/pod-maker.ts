import { readNamedWorkload } from '../admission/read-named-workload.ts';
import type { Warning } from '../injection/reason.ts';
import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import type { Labels } from '../kubernetes/label-selector.ts';
import { type Pod, readPod } from '../kubernetes/pod.ts';
import {
  type NamedWorkloadKind,
  readWorkload,
  templatePathOf,
  type Workload,
  type WorkloadKind,
  workloadKindOf,
} from '../kubernetes/workload.ts';

/** What an object of a manifest is, where it is a pod or makes pods: the kinds that the webhook watches. */
export type PodMakerKind = 'Pod' | WorkloadKind | NamedWorkloadKind;

/** The kind of an object; undefined where it makes no pods, or nobody said that it does. */
export function podMakerKindOf(
  object: JsonObject,
  workloadKinds: readonly NamedWorkloadKind[],
): PodMakerKind | undefined {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const group = groupOf(apiVersion);
  return group === '' && kind === 'Pod' ? 'Pod' : workloadKindOf(group, kind, workloadKinds);
}

/** All annotations that count for its pods: those of the object, of its pod template, and of what is between. */
export function annotationsAround(object: JsonObject, kind: PodMakerKind): readonly JsonObject[] {
  return metadataPaths(kind)
    .map(path => at(object, [...path, 'annotations']))
    .filter(isObject);
}

/** Where metadata whose annotations count may stand in an object of this kind, the farthest from its pods first. */
export function metadataPaths(kind: PodMakerKind): readonly (readonly string[])[] {
  const path = kind === 'Pod' ? [] : templatePathOf(kind);
  return [...path.keys(), path.length].map(depth => [...path.slice(0, depth), 'metadata']);
}

/** The labels of its pods, as they are written. */
export function podLabelsIn(object: JsonObject, kind: PodMakerKind): Labels {
  const labels = at(object, [...(kind === 'Pod' ? [] : templatePathOf(kind)), 'metadata', 'labels']);
  return isObject(labels) ? (labels as Labels) : {};
}

/** An object, read; what has no pod template where its kind should have one only has warnings. */
export type PodMaker =
  | { readonly pod: Pod }
  | { readonly workload: Workload }
  | { readonly warnings: readonly Warning[] };

/**
 * Reads an object of a kind that makes pods.
 *
 * @throws MalformedObjectError where it is not what the Kubernetes API defines.
 */
export function readPodMaker(object: JsonObject, kind: PodMakerKind): PodMaker {
  const root = String(object['kind']);
  if (kind === 'Pod') return { pod: readPod(object, root) };
  if (typeof kind === 'string') return { workload: readWorkload(kind, object, root) };
  const { change, warnings } = readNamedWorkload(creationOf(object, kind), kind);
  return change === undefined ? { warnings } : { workload: change.workload };
}

/** As the webhook is asked about an object that is created. */
function creationOf(object: JsonObject, { group, kind }: NamedWorkloadKind) {
  const version = String(object['apiVersion']).slice(group.length + 1);
  return { uid: '', kind: { group, version, kind }, operation: 'CREATE', object };
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
