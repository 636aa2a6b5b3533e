import type { Pod } from '../../kubernetes/pod.ts';
import type { Warning } from '../reason.ts';
import { statusAnnotation } from '../request/annotation-keys.ts';
import { buildPatch } from './build-patch.ts';
import type { AddOperation } from './patch-operation.ts';
import { emptyStatusText } from './write-status.ts';

/**
 * The patch that tells that the injector has seen a pod which asks for sidecars that only others know: an empty status.
 * Without it the pod would look as if no injector had been asked, and the guard in `deploy/` would refuse it.
 * Empty where the pod needs no such mark.
 */
export function seenMark({ metadata, spec }: Pod, warnings: readonly Warning[]): readonly AddOperation[] {
  const isUnknown = warnings.some(({ code }) => code === 'unknown-sidecar');
  if (!isUnknown || Object.hasOwn(metadata.annotations ?? {}, statusAnnotation)) return [];
  return buildPatch(spec, { ...nothing, annotations: [[statusAnnotation, emptyStatusText]] });
}

const nothing = {
  volumes: [],
  initContainers: [],
  initContainerIndex: 0,
  containers: [],
  mounts: [],
} as const;
