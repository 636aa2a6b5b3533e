import type { SidecarStatus } from '../injection/status/pod-status.ts';
import { readStatus } from '../injection/status/read-status.ts';
import { isGoing, type RunningPod } from '../kubernetes/running-pod.ts';
import { nativeIndexOf, operationsFor, type SidecarChange } from './change-pod.ts';
import { imageIn } from './image-in.ts';
import type { ImageMove, Obstacle, PodUpgrade } from './plan-upgrade.ts';
import { restartCounterOf } from './restart-counters.ts';

/**
 * Plans how the sidecars of a pod come back to the images that `upgrade` found. What was before stands in the status of
 * the pod: no definition is asked, and nothing that came with the pod is touched. Only containers are moved that are
 * meant, by their name and the hash of the definition that they have now.
 */
export function planRollback(
  pod: RunningPod,
  isMeant: (container: string, definition: string) => boolean = () => true,
): PodUpgrade {
  const { sidecars } = readStatus(pod).before;
  const back = movesBegun(pod)
    .filter(({ container }) => isMeant(container, sidecars[container]?.definition ?? ''))
    .map(({ container, from, to }) => ({ container, from: to, to: from }));
  const counter = back.length === 0 ? undefined : restartCounterOf(pod);
  if (counter !== undefined) {
    const leave = ({ container }: ImageMove): Obstacle => ({
      container,
      message: `left alone: ${counter}`,
      kind: 'counted',
    });
    return { moves: [], obstacles: back.map(leave), operations: [] };
  }
  return { moves: back, obstacles: [], operations: operationsFor(pod, back.map(changeOf)) };
}

/** What upgrades have moved in a pod: the images before, and those that are there now. */
export function movesBegun(pod: RunningPod): readonly ImageMove[] {
  if (isGoing(pod)) return [];
  return Object.entries(readStatus(pod).before.sidecars).flatMap(([container, entry]) =>
    moveOf(pod, container, entry),
  );
}

function moveOf(pod: RunningPod, container: string, { imageBefore }: SidecarStatus): readonly ImageMove[] {
  const to = nativeIndexOf(pod, container) < 0 ? undefined : imageIn(pod, container);
  return imageBefore === undefined || to === undefined || to === imageBefore
    ? []
    : [{ container, from: imageBefore, to }];
}

/** Nothing remembers the image that is taken back: a second time there is nothing to take back. */
function changeOf(move: ImageMove): SidecarChange {
  return {
    ...move,
    entry: ({ imageBefore: _image, definitionBefore, versionBefore, version: _version, ...entry }) => ({
      ...entry,
      ...(entry['definition'] && { rolledBackFrom: entry['definition'] }),
      ...(definitionBefore && { definition: definitionBefore }),
      ...(versionBefore && { version: versionBefore }),
    }),
  };
}
