import type { ContainerStatus, RunningPod } from '../kubernetes/running-pod.ts';
import { type Departure, departureOf } from './departure.ts';
import { isImageOf } from './is-image-of.ts';
import type { ImageMove } from './plan-upgrade.ts';
import { shownStatus } from './shown-status.ts';

/** How far a pod is whose sidecars got another image. */
export type RestartProgress =
  | { readonly state: 'up' }
  /** The pod is on no node yet: nothing of it runs, and what starts has the new image. */
  | { readonly state: 'unscheduled' }
  /** The pod is gone, or about to. */
  | { readonly state: 'gone'; readonly how: Departure }
  /** It looks up; whether it is, the next seconds tell, or a longer time where that is named. */
  | { readonly state: 'settling'; readonly endsWithinMs?: number }
  | { readonly state: 'restarting'; readonly detail: string };

/**
 * Compares a pod with what the answer to the patch showed of it: the kubelet makes a new container, and the container
 * is up when it runs the new image and its startup and readiness probes have passed. A new container is not enough: a
 * node that is slow may have made it, or made it again, of the image before.
 *
 * For about a second the kubelet reports of the new container what it knew of the old one, started and ready. Only once
 * the pod has become ready after the start of the container this is the new one's own state. A container without
 * probes never makes the pod unready, and short states can go unreported: then it is up when it stays so.
 */
export function restartProgress(
  patched: RunningPod,
  now: RunningPod | undefined,
  moves: readonly Pick<ImageMove, 'container' | 'to'>[],
): RestartProgress {
  if (now === undefined) return { state: 'gone', how: 'it was deleted' };
  const how = departureOf(patched.metadata.uid, now);
  if (how !== undefined) return { state: 'gone', how };
  if (!now.spec.nodeName) return { state: 'unscheduled' };
  if (isChangeSeen(patched, now) === false) {
    return { state: 'restarting', detail: 'the kubelet has not seen the change yet' };
  }
  const behind = moves.flatMap(move => problemOf(patched, now, move) ?? []);
  if (behind.length > 0) return { state: 'restarting', detail: behind.join('; ') };
  if (moves.some(({ container, to }) => !isKnownAsNew(patched, now, { container, to })))
    return { state: 'settling', endsWithinMs: gracePeriodMs(now) };
  return moves.every(({ container }) => becameReadyAfterStart(now, container))
    ? { state: 'up' }
    : { state: 'settling' };
}

/** How long the kubelet may take to end a container whose image it has seen to be another one. */
function gracePeriodMs({ spec }: RunningPod): number {
  return (spec.terminationGracePeriodSeconds ?? 30) * 1000;
}

/** Both times are whole seconds. */
function becameReadyAfterStart(pod: RunningPod, container: string): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'ContainersReady');
  const startedAt = statusOf(pod, container)?.state?.running?.startedAt;
  return ready?.status === 'True' && Date.parse(ready.lastTransitionTime ?? '') > Date.parse(startedAt ?? '');
}

function problemOf(
  patched: RunningPod,
  now: RunningPod,
  { container, to }: Pick<ImageMove, 'container' | 'to'>,
): string | undefined {
  const before = statusOf(patched, container);
  const after = statusOf(now, container);
  const { waiting, terminated, running } = after?.state ?? {};
  if (waiting) return `${container} waits: ${reasonOf(waiting)}`;
  if (terminated) {
    return `${container} has ended with exit code ${terminated.exitCode} (${reasonOf(terminated)})`;
  }
  if (!running || !after?.containerID) return `${container} has not started`;
  if (after.containerID === before?.containerID) return `${container} has not been restarted`;
  if (!isKnownAsNew(patched, now, { container, to }) && isChangeSeen(patched, now) === undefined)
    return `${container} runs ${shownStatus(after.image || 'an image without a name')}, and nothing says that it is ${to}`;
  return after.started && after.ready ? undefined : `${container} runs, but is not ready`;
}

/**
 * Whether the status says that a container runs the new image: by its name or digest, or because it is another one than
 * before. It does not say so where one image has two names. Then the kubelet's word counts that it has seen the change,
 * which servers before 1.34 do not pass on, and that it has not ended the container since.
 */
function isKnownAsNew(
  patched: RunningPod,
  now: RunningPod,
  { container, to }: Pick<ImageMove, 'container' | 'to'>,
): boolean {
  const [before, after] = [statusOf(patched, container), statusOf(now, container)];
  if (after === undefined) return false;
  return (
    isImageOf(to, after) || Boolean(before?.imageID && after.imageID && before.imageID !== after.imageID)
  );
}

/** Whether the kubelet has seen the change; undefined where the server does not pass that on. */
function isChangeSeen(patched: RunningPod, now: RunningPod): boolean | undefined {
  const { generation } = patched.metadata;
  const observed = now.status?.observedGeneration;
  return generation && observed ? observed >= generation : undefined;
}

function reasonOf({
  reason,
  message,
}: {
  reason?: string | null | undefined;
  message?: string | null | undefined;
}) {
  return shownStatus([reason, message].filter(Boolean).join(': ')) || 'no reason';
}

function statusOf({ status }: RunningPod, container: string): ContainerStatus | undefined {
  return status?.initContainerStatuses?.find(({ name }) => name === container);
}
