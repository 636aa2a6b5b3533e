import { statusAnnotation } from '../injection/request/annotation-keys.ts';
import { isNativeSidecar } from '../kubernetes/containers.ts';
import { isObject, type Json } from '../kubernetes/json.ts';
import { jsonPointer } from '../kubernetes/json-pointer.ts';
import type { RunningPod } from '../kubernetes/running-pod.ts';
import { differenceInWords } from './difference.ts';
import { restartCounterOf } from './restart-counters.ts';
import type { SurveyedSidecar } from './survey-pod.ts';

/** One operation of a JSON Patch (RFC 6902) on a pod that runs. */
export interface ChangeOperation {
  readonly op: 'test' | 'replace';
  readonly path: string;
  readonly value: Json;
}

/** A sidecar whose image moves. */
export interface ImageMove {
  readonly container: string;
  readonly from: string;
  readonly to: string;
}

/** A sidecar that is not brought up to date in place, and what helps. */
export interface Obstacle {
  readonly container: string;
  readonly message: string;
  /**
   * Whether it cannot be done in place, or must not because a restart would be taken for a failure, or is not needed
   * because the container has done its work.
   */
  readonly kind: 'rollout' | 'counted' | 'done';
}

export interface PodUpgrade {
  readonly moves: readonly ImageMove[];
  readonly obstacles: readonly Obstacle[];
  /** One patch for all; it fails where the pod is not the one that was read any more. Empty where nothing is to be done. */
  readonly operations: readonly ChangeOperation[];
}

/**
 * Plans how the sidecars of a pod come to the images of their definitions. Kubernetes lets the image of a container
 * change in a pod that runs, and nothing else that a definition says: only where nothing else has changed, the status
 * may say afterwards that the container is the definition's.
 * https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement
 */
export function planUpgrade(pod: RunningPod, surveyed: readonly SurveyedSidecar[]): PodUpgrade {
  const behind = surveyed.filter(({ state }) => state !== 'injected');
  const judged = behind.map(sidecar => ({ sidecar, obstacle: obstacleFor(pod, sidecar) }));
  const movable = judged.flatMap(({ sidecar, obstacle }) => (obstacle === undefined ? [sidecar] : []));
  return {
    moves: movable.map(moveOf).filter(({ from, to }) => from !== to),
    obstacles: judged.flatMap(({ obstacle }) => obstacle ?? []),
    operations: movable.length === 0 ? [] : operationsFor(pod, movable),
  };
}

function moveOf({ container, image = '', definitionImage = '' }: SurveyedSidecar): ImageMove {
  return { container, from: image, to: definitionImage };
}

function obstacleFor(pod: RunningPod, sidecar: SurveyedSidecar): Obstacle | undefined {
  const { container, mode, difference } = sidecar;
  if (difference === undefined) return undefined;
  const reason = differenceInWords(difference, sidecar);
  const needsRollout = (message: string) => ({ container, message, kind: 'rollout' }) as const;
  if (difference === 'missing') return needsRollout(`bare: ${reason}; create the pod anew`);
  if (mode === 'init') {
    const message = 'nothing to upgrade: in mode init nothing runs any more; the next pod gets the new one';
    return { container, message, kind: 'done' };
  }
  if (difference !== 'image') return needsRollout(`needs a rollout: ${reason}`);
  if (mode !== 'native') return needsRollout(`needs a rollout: in mode ${mode} it cannot restart alone`);
  if (indexOf(pod, container) < 0) {
    return needsRollout('needs a rollout: it is no native sidecar any more, though the status says so');
  }
  return restartObstacle(pod, sidecar);
}

/** Where the image is the definition's already, only the status is written and nothing restarts. */
function restartObstacle(pod: RunningPod, sidecar: SurveyedSidecar): Obstacle | undefined {
  const { container, from, to } = moveOf(sidecar);
  const counter = from === to ? undefined : restartCounterOf(pod);
  if (counter === undefined) return undefined;
  const message = `left alone: ${counter}; its next pods get ${to}`;
  return { container, message, kind: 'counted' };
}

function indexOf({ spec }: RunningPod, container: string): number {
  return (spec.initContainers ?? []).findIndex(
    candidate => candidate.name === container && isNativeSidecar(candidate),
  );
}

function operationsFor(pod: RunningPod, sidecars: readonly SurveyedSidecar[]): readonly ChangeOperation[] {
  const status = jsonPointer('metadata', 'annotations', statusAnnotation);
  const text = pod.metadata.annotations?.[statusAnnotation] ?? '';
  return [
    { op: 'test', path: '/metadata/uid', value: pod.metadata.uid },
    { op: 'test', path: status, value: text },
    ...sidecars.flatMap(sidecar => moveImage(pod, sidecar)),
    { op: 'replace', path: status, value: withDefinitions(text, sidecars) },
  ];
}

function moveImage(pod: RunningPod, sidecar: SurveyedSidecar): readonly ChangeOperation[] {
  const { container, from, to } = moveOf(sidecar);
  const path = `/spec/initContainers/${indexOf(pod, container)}`;
  return [
    { op: 'test', path: `${path}/name`, value: container },
    { op: 'test', path: `${path}/image`, value: from },
    { op: 'replace', path: `${path}/image`, value: to },
  ];
}

/** The status with the new hashes and versions; all else in it, also what we do not know, stays. */
function withDefinitions(text: string, sidecars: readonly SurveyedSidecar[]): string {
  const moved = new Map(sidecars.map(sidecar => [sidecar.container, sidecar]));
  const entries = Object.entries(JSON.parse(text) as Record<string, Json>);
  const next = entries.map(([container, status]) => {
    const { definition, definitionVersion } = moved.get(container) ?? {};
    if (!isObject(status) || definition === undefined) return [container, status];
    const { version: _version, ...others } = status;
    return [container, { ...others, definition, ...(definitionVersion && { version: definitionVersion }) }];
  });
  return JSON.stringify(Object.fromEntries(next));
}
