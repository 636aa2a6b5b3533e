import type { RunningPod } from '../kubernetes/running-pod.ts';

/** How a pod left: what runs under its name now, if anything does, is another one. */
export type Departure = 'it was deleted' | 'it is being deleted' | 'it has failed' | 'it has ended';

/** Says how a pod that was there under this uid left, or undefined where it is still there. */
export function departureOf(uid: string, now: RunningPod | undefined): Departure | undefined {
  if (now === undefined || now.metadata.uid !== uid) return 'it was deleted';
  if (now.status?.phase === 'Succeeded') return 'it has ended';
  if (now.status?.phase === 'Failed') return 'it has failed';
  return now.metadata.deletionTimestamp ? 'it is being deleted' : undefined;
}
