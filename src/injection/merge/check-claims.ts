import type { PlacedContainer } from '../../kubernetes/containers.ts';
import { isObject } from '../../kubernetes/json.ts';
import type { Container, Pod, Volume } from '../../kubernetes/pod.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { shownName } from '../shown-value.ts';
import {
  type Assembly,
  containersOf,
  presentVolume,
  type SharedVolume,
  sharedVolumesOf,
} from './assembly.ts';

/** Looks at shared volumes that are persistent volume claims: can the sidecar mount them, and write to them? */
export function checkClaims({ pod, sidecars, containers }: Assembly): readonly Finding[] {
  return sidecars.flatMap(sidecar =>
    sharedVolumesOf(sidecar).flatMap(({ volume: { name }, shared }) => {
      const volume = presentVolume(pod, name);
      if (volume === undefined) return [];
      const isDevice = ({ container }: PlacedContainer) =>
        container.volumeDevices?.some(device => device.name === name);
      const unfit = unfitFor(volume, containers.findLast(isDevice)?.container);
      if (unfit === undefined) return checkOwner(pod, sidecar, volume);
      return [unusable(sidecar, { volume, shared }, unfit)];
    }),
  );
}

/** Why a volume is none that files can be written to; undefined where nothing says so. */
function unfitFor({ ephemeral }: Volume, device: Container | undefined): string | undefined {
  if (device !== undefined) return `is a block device of container ${shownName(device.name)}`;
  const template = isObject(ephemeral) ? ephemeral['volumeClaimTemplate'] : undefined;
  const spec = isObject(template) ? template['spec'] : undefined;
  if (!isObject(spec)) return undefined;
  const { volumeMode, accessModes } = spec;
  if (volumeMode === 'Block') return 'is a claim with volumeMode: Block';
  const isReadOnly =
    Array.isArray(accessModes) && accessModes[0] !== undefined && accessModes.every(isReading);
  return isReadOnly ? 'is a claim that is ReadOnlyMany only' : undefined;
}

function isReading(accessMode: unknown): boolean {
  return accessMode === 'ReadOnlyMany';
}

function unusable(
  { instance: { request } }: RenderedSidecar,
  { volume: { name }, shared }: SharedVolume,
  what: string,
): Finding {
  const advice = shared.isMain ? `, or name another with ${parameterKey(request, 'volume')}` : '';
  const message = () =>
    `${request.shownKey}: the volume "${shownName(name)}" ${what}; declare a file system that can be written${advice}`;
  return refusal('volume-read-only', request.shownKey, message);
}

/** The root directory of most new claims belongs to root, until the kubelet gives it to the group of the pod. */
function checkOwner({ spec }: Pod, sidecar: RenderedSidecar, volume: Volume): readonly Finding[] {
  const { persistentVolumeClaim: claim, ephemeral } = volume;
  const isWritable = isObject(claim) ? claim['readOnly'] !== true : isObject(ephemeral);
  if (!isWritable || typeof spec.securityContext?.fsGroup === 'number') return [];
  const users = containersOf(sidecar)
    .filter(({ volumeMounts }) =>
      volumeMounts?.some(({ name, readOnly }) => name === volume.name && !readOnly),
    )
    .map(container => userOf(container) ?? spec.securityContext?.runAsUser);
  // Where nobody says who the user is, the cluster chooses it, and the group with it.
  const user = users.find(uid => typeof uid === 'number' && uid > 0);
  if (user === undefined) return [];
  const { shownKey } = sidecar.instance.request;
  const message = () =>
    `${shownKey}: UID ${user} may be unable to write the claim "${shownName(volume.name)}"; set securityContext.fsGroup: ${user}`;
  return [warning('fs-group-missing', shownKey, message)];
}

function userOf(container: Container): unknown {
  const { securityContext } = container as { readonly securityContext?: unknown };
  return isObject(securityContext) ? securityContext['runAsUser'] : undefined;
}
