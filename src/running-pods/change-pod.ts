import { statusAnnotation } from '../injection/request/annotation-keys.ts';
import { isNativeSidecar } from '../kubernetes/containers.ts';
import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { jsonPointer } from '../kubernetes/json-pointer.ts';
import type { RunningPod } from '../kubernetes/running-pod.ts';

/** One operation of a JSON Patch (RFC 6902) on a pod that runs. */
export interface ChangeOperation {
  readonly op: 'test' | 'replace';
  readonly path: string;
  readonly value: Json;
}

/** What becomes of a sidecar: its image, and its entry in the status. */
export interface SidecarChange {
  readonly container: string;
  readonly from: string;
  readonly to: string;
  readonly entry: (before: JsonObject) => JsonObject;
}

/**
 * One patch for all changes; it fails where the pod is not the one that was read any more. Empty where nothing changes.
 * All else in the status, also what we do not know, stays.
 */
export function operationsFor(
  pod: RunningPod,
  changes: readonly SidecarChange[],
): readonly ChangeOperation[] {
  if (changes.length === 0) return [];
  const status = jsonPointer('metadata', 'annotations', statusAnnotation);
  const text = pod.metadata.annotations?.[statusAnnotation] ?? '';
  return [
    { op: 'test', path: '/metadata/uid', value: pod.metadata.uid },
    { op: 'test', path: status, value: text },
    ...changes.flatMap(change => changeImage(pod, change)),
    { op: 'replace', path: status, value: withEntries(text, changes) },
  ];
}

/** Where a native sidecar stands among the init containers; -1 where it is none. */
export function nativeIndexOf({ spec }: RunningPod, container: string): number {
  return (spec.initContainers ?? []).findIndex(
    candidate => candidate.name === container && isNativeSidecar(candidate),
  );
}

function changeImage(pod: RunningPod, { container, from, to }: SidecarChange): readonly ChangeOperation[] {
  const path = `/spec/initContainers/${nativeIndexOf(pod, container)}`;
  return [
    { op: 'test', path: `${path}/name`, value: container },
    { op: 'test', path: `${path}/image`, value: from },
    { op: 'replace', path: `${path}/image`, value: to },
  ];
}

function withEntries(text: string, changes: readonly SidecarChange[]): string {
  const byContainer = new Map(changes.map(change => [change.container, change]));
  const entries = Object.entries(JSON.parse(text) as Record<string, Json>);
  const next = entries.map(([container, entry]) => {
    const change = byContainer.get(container);
    return [container, change !== undefined && isObject(entry) ? change.entry(entry) : entry];
  });
  return JSON.stringify(Object.fromEntries(next));
}
