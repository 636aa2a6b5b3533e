import { isWindowsPod } from '../../kubernetes/is-windows-pod.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import { askedName, isRequestKey, leaveOutKey, switchKey } from './annotation-keys.ts';

/**
 * The names of all that annotations ask for, by their keys alone: what is not switched off by `"false"`, and what has a
 * parameter without its switch. What `.inject` says asks for nothing. The guard in `deploy/` computes it in the same way.
 */
export function askedNames(annotations: Readonly<Record<string, string>>): ReadonlySet<string> {
  const isAsking = (key: string) =>
    isRequestKey(key) &&
    key !== leaveOutKey(key) &&
    annotations[leaveOutKey(key)] !== 'false' &&
    annotations[switchKey(key)] !== 'false';
  return new Set(Object.keys(annotations).filter(isAsking).map(askedName));
}

/** Whether a pod that can have no sidecar asks for none itself: who made it must not be refused for what others ask for. */
export function isOnlyForOthersOnWindows({ metadata, spec }: Pod): boolean {
  return isWindowsPod(spec) && askedNames(metadata.annotations ?? {}).size === 0;
}
