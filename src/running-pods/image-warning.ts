import type { ImageMove } from './plan-upgrade.ts';
import { shownStatus } from './shown-status.ts';

/** A warning of the kubelet about a container, as in `spec.initContainers{web}`. */
export interface KubeletWarning {
  readonly fieldPath: string;
  readonly message: string;
}

/**
 * Says why the images of these moves cannot be had, by the last warning that names one. The status of a container does
 * not always tell: while the kubelet pulls, and for a container that ended with exit code 0, it shows how the container
 * before ended.
 */
export function imageWarning(
  moves: readonly ImageMove[],
  warnings: readonly KubeletWarning[],
): string | undefined {
  const last = warnings.findLast(({ fieldPath, message }) =>
    moves.some(({ container, to }) => fieldPath.endsWith(`{${container}}`) && message.includes(to)),
  );
  return last && shownStatus(last.message);
}
