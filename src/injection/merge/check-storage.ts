import { hasStorageLimit } from '../../kubernetes/containers.ts';
import type { Container } from '../../kubernetes/pod.ts';
import { isOnDisk } from '../../kubernetes/volume.ts';
import { type Finding, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { type Assembly, isWriter, presentVolume, runningContainersOf, sharedVolumesOf } from './assembly.ts';

/**
 * Tells where what a sidecar writes counts against limits that were made for the app alone: the kubelet holds all
 * emptyDirs of a pod against the sum of its containers' limits, as soon as one of them has a limit.
 * https://kubernetes.io/docs/concepts/storage/ephemeral-storage/#ephemeral-storage-consumption-management
 */
export function checkStorage({ pod, containers: present, sidecars, before }: Assembly): readonly Finding[] {
  const isApp = ({ name }: Container) => !before.containers.has(name);
  if (!present.some(({ container }) => isApp(container) && hasStorageLimit(container))) return [];
  return sidecars.flatMap(sidecar => {
    if (isCounted(sidecar)) return [];
    const counted = sharedVolumesOf(sidecar).find(({ volume }) => {
      const used = presentVolume(pod, volume.name) ?? volume;
      // What the app itself writes is the app's.
      return isOnDisk(used) && isWriter(sidecar, volume.name);
    });
    if (counted === undefined) return [];
    const { request } = sidecar.instance;
    const isOwn = presentVolume(pod, counted.volume.name) === undefined;
    const isSizeOpen = counted.shared.isMain && isOwn && sidecar.mode !== 'init';
    const advice = isSizeOpen ? `set ${parameterKey(request, 'size')}` : 'raise that limit';
    const message = () =>
      `${request.shownKey}: what it writes counts against the app's ephemeral-storage limit; ${advice}`;
    return [warning('storage-limit-shared', request.shownKey, message)];
  });
}

/** Whether it brings a limit that is added to those of the app: one of a container that runs beside it. */
function isCounted(sidecar: RenderedSidecar): boolean {
  return runningContainersOf(sidecar).some(hasStorageLimit);
}
