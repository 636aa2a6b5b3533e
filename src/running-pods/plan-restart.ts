import type { SidecarStatus } from '../injection/status/pod-status.ts';
import { readStatus } from '../injection/status/read-status.ts';
import { type ContainerStatus, isGoing, type RunningPod } from '../kubernetes/running-pod.ts';
import { nativeIndexOf, operationsFor, type SidecarChange } from './change-pod.ts';
import { imageIn } from './image-in.ts';
import type { ImageMove, Obstacle, PodUpgrade } from './plan-upgrade.ts';
import { restartCounterOf } from './restart-counters.ts';
import { meantImage, runningDigest, sameImageOtherwise } from './restart-image.ts';

/** Which sidecars are meant; all by default. */
export interface RestartChoice {
  readonly isMeant?: (container: string) => boolean;
  /** Only containers that started before this time: those that a run restarted before it was ended are younger. */
  readonly startedBeforeMs?: number;
}

/**
 * Plans how sidecars of a pod restart, and nothing else of it does; undefined where it has none that is meant. No
 * definition is asked: each keeps its image. The status remembers by which name the image is meant, so that the sidecar
 * stays what its definition gives.
 */
export function planRestart(pod: RunningPod, choice: RestartChoice = {}): PodUpgrade | undefined {
  const meant = sidecarsOf(pod, choice.isMeant);
  if (meant.length === 0) return undefined;
  const judged = meant
    .filter(sidecar => isOldEnough(sidecar, choice))
    .map(sidecar => restartOf(pod, sidecar));
  const changes = judged.flatMap(found => ('message' in found ? [] : found));
  return {
    moves: changes.map(({ container, from, to }) => ({ container, from, to })),
    obstacles: judged.flatMap(found => ('message' in found ? found : [])),
    operations: operationsFor(pod, changes),
  };
}

interface Sidecar {
  readonly container: string;
  readonly entry: SidecarStatus;
  /** What the kubelet says of it. */
  readonly status: ContainerStatus | undefined;
}

function sidecarsOf(
  pod: RunningPod,
  isMeant: (container: string) => boolean = () => true,
): readonly Sidecar[] {
  if (isGoing(pod)) return [];
  return Object.entries(readStatus(pod).before.sidecars)
    .filter(([container]) => isMeant(container))
    .map(([container, entry]) => ({
      container,
      entry,
      status: pod.status?.initContainerStatuses?.find(({ name }) => name === container),
    }));
}

/** What does not run is not young. */
function isOldEnough({ status }: Sidecar, { startedBeforeMs = Number.POSITIVE_INFINITY }: RestartChoice) {
  return !(Date.parse(status?.state?.running?.startedAt ?? '') >= startedBeforeMs);
}

function restartOf(pod: RunningPod, { container, entry, status }: Sidecar): SidecarChange | Obstacle {
  const obstacle = (kind: Obstacle['kind'], message: string): Obstacle => ({ container, message, kind });
  if (entry.mode === 'init')
    return obstacle('done', 'nothing to restart: in mode init nothing runs any more');
  if (entry.mode !== 'native' || nativeIndexOf(pod, container) < 0)
    return obstacle('rollout', 'needs a rollout: only a native sidecar can restart alone');
  if (!pod.spec.nodeName) return obstacle('done', 'nothing to restart: the pod is on no node yet');
  const counter = restartCounterOf(pod);
  if (counter !== undefined) return obstacle('counted', `left alone: ${counter}`);
  const image = imageIn(pod, container) ?? '';
  const digest = runningDigest(image, status);
  if (digest === undefined)
    return obstacle('counted', `left alone: nothing tells the digest of ${image} that it runs`);
  const meant = meantImage(image, entry);
  const to = sameImageOtherwise(image, digest, meant);
  return {
    container,
    from: image,
    to,
    entry: before => ({ ...before, restartedAs: to, restartedFrom: meant }),
  };
}

/** The restarts of a pod that its status remembers, whether or not they have come to their end. */
export function restartsBegun(
  pod: RunningPod,
  isMeant?: (container: string) => boolean,
): readonly ImageMove[] {
  return sidecarsOf(pod, isMeant).flatMap(({ container, entry: { restartedAs, restartedFrom } }) =>
    restartedAs === undefined || restartedFrom === undefined || imageIn(pod, container) !== restartedAs
      ? []
      : [{ container, from: restartedFrom, to: restartedAs }],
  );
}
