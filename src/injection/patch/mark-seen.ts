import type { Assembly } from '../merge/assembly.ts';
import { statusAnnotation } from '../request/annotation-keys.ts';
import { buildPatch } from './build-patch.ts';
import type { AddOperation } from './patch-operation.ts';
import { statusText } from './write-status.ts';

/**
 * The patch that tells that the injector has seen what a pod asks others for, or what its namespace leaves out: an entry for
 * each in its status. Without it the pod would look as if no injector had been asked, and the guard in `deploy/` would
 * refuse it. Empty where the status says so already.
 */
export function seenMark(
  assembly: Pick<Assembly, 'pod' | 'before' | 'leftToOthers' | 'policy'>,
): readonly AddOperation[] {
  const { pod, before, leftToOthers } = assembly;
  const isMarked = (name: string) => before.leftToOthers.has(name) || Object.hasOwn(before.sidecars, name);
  if (leftToOthers.every(isMarked)) return [];
  return buildPatch(pod.spec, {
    ...nothing,
    annotations: [[statusAnnotation, statusText([], assembly)]],
    areFirstAnnotations: !pod.metadata.annotations,
  });
}

const nothing = {
  volumes: [],
  initContainers: [],
  initContainerIndex: 0,
  containers: [],
  mounts: [],
  variables: [],
} as const;
