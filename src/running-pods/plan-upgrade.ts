import type { RunningPod } from '../kubernetes/running-pod.ts';
import { type ChangeOperation, nativeIndexOf, operationsFor, type SidecarChange } from './change-pod.ts';
import { differenceInWords } from './difference.ts';
import { restartCounterOf } from './restart-counters.ts';
import type { SurveyedSidecar } from './survey-pod.ts';

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
    operations: operationsFor(pod, movable.map(changeOf)),
  };
}

/** An image that was only written otherwise need not move. */
function moveOf({
  container,
  image = '',
  standsFor = image,
  definitionImage = '',
}: SurveyedSidecar): ImageMove {
  return { container, from: image, to: standsFor === definitionImage ? image : definitionImage };
}

/** What the status remembers of the image before is for who wants it back. */
function changeOf(sidecar: SurveyedSidecar): SidecarChange {
  const { container, from, to } = moveOf(sidecar);
  const { definition = '', definitionVersion } = sidecar;
  return {
    ...{ container, from, to },
    entry: before => {
      const { version, versionBefore: _older, rolledBackFrom, ...others } = before;
      const now = { ...others, definition, ...(definitionVersion && { version: definitionVersion }) };
      if (from === to) return { ...now, ...(rolledBackFrom && { rolledBackFrom }) };
      const definitionBefore = before['definition'] ?? '';
      return { ...now, imageBefore: from, definitionBefore, ...(version && { versionBefore: version }) };
    },
  };
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
  if (nativeIndexOf(pod, container) < 0) {
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
