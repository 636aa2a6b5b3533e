import type { ContainerStatus, RunningPod } from '../kubernetes/running-pod.ts';
import { type Departure, departureOf } from './departure.ts';
import { shownStatus } from './shown-status.ts';

/** How far a pod is whose sidecars got another image. */
export type RestartProgress =
  | { readonly state: 'up' }
  /** The pod is gone, or about to. */
  | { readonly state: 'gone'; readonly how: Departure }
  /** It looks up; whether it is, the next seconds tell. */
  | { readonly state: 'settling' }
  | { readonly state: 'restarting'; readonly detail: string };

/**
 * Compares a pod with what the answer to the patch showed of it: the kubelet makes a new container, and the container
 * is up when its startup and readiness probes have passed. What is not on a node yet starts with the new image.
 *
 * For about a second the kubelet reports of the new container what it knew of the old one, started and ready. Only once
 * the pod has become ready after the start of the container this is the new one's own state. A container without
 * probes never makes the pod unready, and short states can go unreported: then it is up when it stays so.
 */
export function restartProgress(
  patched: RunningPod,
  now: RunningPod | undefined,
  containers: readonly string[],
): RestartProgress {
  if (now === undefined) return { state: 'gone', how: 'it was deleted' };
  const how = departureOf(patched.metadata.uid, now);
  if (how !== undefined) return { state: 'gone', how };
  if (!now.spec.nodeName) return { state: 'up' };
  const { generation } = patched.metadata;
  const observed = now.status?.observedGeneration;
  if (generation && observed && observed < generation) {
    return { state: 'restarting', detail: 'the kubelet has not seen the change yet' };
  }
  const behind = containers.flatMap(container => problemOf(patched, now, container) ?? []);
  if (behind.length > 0) return { state: 'restarting', detail: behind.join('; ') };
  return containers.every(container => becameReadyAfterStart(now, container))
    ? { state: 'up' }
    : { state: 'settling' };
}

/** Both times are whole seconds. */
function becameReadyAfterStart(pod: RunningPod, container: string): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'ContainersReady');
  const startedAt = statusOf(pod, container)?.state?.running?.startedAt;
  return ready?.status === 'True' && Date.parse(ready.lastTransitionTime ?? '') > Date.parse(startedAt ?? '');
}

function problemOf(patched: RunningPod, now: RunningPod, container: string): string | undefined {
  const before = statusOf(patched, container);
  const after = statusOf(now, container);
  const { waiting, terminated, running } = after?.state ?? {};
  if (waiting) return `${container} waits: ${reasonOf(waiting)}`;
  if (terminated) {
    return `${container} has ended with exit code ${terminated.exitCode} (${reasonOf(terminated)})`;
  }
  if (!running || !after?.containerID) return `${container} has not started`;
  if (after.containerID === before?.containerID) return `${container} has not been restarted`;
  return after.started && after.ready ? undefined : `${container} runs, but is not ready`;
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
