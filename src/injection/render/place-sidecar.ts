import { isNativeSidecar } from '../../kubernetes/containers.ts';
import type { PodSpec } from '../../kubernetes/pod.ts';

/**
 * Where in `initContainers` a sidecar goes: right after the last native proxy that the network needs, otherwise first,
 * so that the pod's own init containers find the content too.
 */
export function initContainerIndex({ initContainers }: PodSpec, startAfter: readonly string[]): number {
  const last = initContainers?.findLastIndex(
    container => startAfter.includes(container.name) && isNativeSidecar(container),
  );
  return (last ?? -1) + 1;
}

/** Whether a proxy that the network needs runs before the containers that come after it. */
export function hasNativeProxy(spec: PodSpec, startAfter: readonly string[]): boolean {
  return initContainerIndex(spec, startAfter) > 0;
}
