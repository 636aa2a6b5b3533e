import { isObject } from '../../kubernetes/json.ts';
import type { Volume } from '../../kubernetes/pod.ts';
import type { Assembly } from '../merge/assembly.ts';
import type { AddedMount } from '../merge/mount-volume.ts';
import { initContainerIndex } from '../render/place-sidecar.ts';
import { statusAnnotation } from '../request/annotation-keys.ts';
import { buildPatch } from './build-patch.ts';
import type { AddOperation } from './patch-operation.ts';
import { statusText } from './write-status.ts';

/** The patch that puts the sidecars of an assembly into its pod, on top of what an earlier pass has put there. */
export function patchFor(
  { pod, policy, sidecars, before }: Assembly,
  mounts: readonly AddedMount[],
): readonly AddOperation[] {
  const declared = new Set((pod.spec.volumes ?? []).map(({ name }) => name));
  const added = sidecars.map(sidecar => ({
    sidecar,
    volumes: sidecar.volumes.map(({ volume }) => volume).filter(({ name }) => !declared.has(name)),
  }));
  const brought = sidecars.flatMap(({ annotations }) => annotations);
  return buildPatch(pod.spec, {
    volumes: added.flatMap(({ volumes }) => volumes),
    initContainers: sidecars.flatMap(({ initContainers }) => initContainers),
    initContainerIndex: initContainerIndex(pod.spec, policy.startAfter),
    containers: sidecars.flatMap(({ containers }) => containers),
    mounts,
    annotations: [
      [statusAnnotation, statusText(added, before)],
      ...absentAnnotations(pod.metadata.annotations ?? {}, [
        ...evictable(added.flatMap(({ volumes }) => volumes)),
        ...brought,
      ]),
    ],
  });
}

/**
 * An emptyDir keeps the cluster autoscaler from removing the node, unless the pod says that it may be lost. What a
 * sidecar puts there it can fetch again. A volume in memory does not count as local storage.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
 */
function evictable(volumes: readonly Volume[]): readonly (readonly [string, string])[] {
  const names = volumes
    .filter(({ emptyDir }) => isObject(emptyDir) && emptyDir['medium'] !== 'Memory')
    .map(({ name }) => name);
  return names.length === 0
    ? []
    : [['cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes', names.join(',')]];
}

/** The first value of each key that the pod does not have: what the user wrote stays. */
function absentAnnotations(
  present: Readonly<Record<string, string>>,
  wanted: readonly (readonly [key: string, value: string])[],
): readonly (readonly [string, string])[] {
  return wanted.filter(
    ([key], index) => !Object.hasOwn(present, key) && wanted.findIndex(([other]) => other === key) === index,
  );
}
