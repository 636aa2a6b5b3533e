import type { PlacedContainer } from '../../kubernetes/containers.ts';
import { withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { VolumeMount } from '../../kubernetes/pod.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import { initContainerIndex } from '../render/place-sidecar.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey, type SidecarInstance } from '../request/sidecar-instance.ts';
import { shownList, shownName } from '../shown-value.ts';
import { type Assembly, sharedVolumeName } from './assembly.ts';
import type { ChosenContainers } from './choose-containers.ts';

/** A mount of a shared volume that goes into one of the app's containers, because an annotation asks for it. */
export interface AddedMount {
  readonly sidecar: RenderedSidecar;
  /** One of the containers of the assembly. */
  readonly place: PlacedContainer;
  readonly mount: VolumeMount;
}

/** The mounts that `.mount` asks for: those that are added, and those that are there already. */
export interface Mounts {
  readonly added: readonly AddedMount[];
  readonly present: readonly AddedMount[];
}

/** Finds the mounts that annotations ask for in the chosen containers, and what stands against them. */
export function mountVolumes(
  assembly: Assembly,
  chosen: ChosenContainers,
): {
  readonly mounts: Mounts;
  readonly findings: readonly Finding[];
} {
  const added: AddedByContainer = new Map();
  const present: AddedMount[] = [];
  const findings = [...chosen].flatMap(([sidecar, places]) => {
    const { instance } = sidecar;
    const path = instance.values.get('mount')?.value;
    const volume = sharedVolumeName(sidecar);
    if (typeof path !== 'string' || volume === undefined) return [];
    const taken = places.flatMap(place => {
      const asked = { sidecar, place, mount: mountOf(sidecar, volume, path) };
      const found = occupantOf(place, path, added.get(place));
      if (found === undefined) added.set(place, [...(added.get(place) ?? []), asked]);
      if (found?.mount?.name === volume) present.push(asked);
      else if (found !== undefined) return pathTaken(instance, place, found);
      return [];
    });
    return [...taken, ...checkTooEarly(assembly, sidecar, places)];
  });
  return { mounts: { added: [...added.values()].flat(), present }, findings };
}

type AddedByContainer = Map<PlacedContainer, readonly AddedMount[]>;

function mountOf({ instance }: RenderedSidecar, name: string, mountPath: string): AddedMount['mount'] {
  return instance.definition.isMountReadOnly ? { name, mountPath, readOnly: true } : { name, mountPath };
}

/** What is at a path of a container. */
interface Occupant {
  readonly mount?: VolumeMount;
  /** As messages say it behind the container's name. */
  readonly what: string;
}

/** What a container mounts at a path or has there as a device, or will mount there. */
function occupantOf(
  { container: { volumeMounts, volumeDevices } }: PlacedContainer,
  path: string,
  added: readonly AddedMount[] = [],
): Occupant | undefined {
  const isThere = (place: string) => withoutTrailingSlash(place) === path;
  const mounts = [...(volumeMounts ?? []), ...added.map(({ mount }) => mount)];
  const mount = mounts.find(({ mountPath }) => isThere(mountPath));
  if (mount !== undefined) return { mount, what: `mounts "${shownName(mount.name)}"` };
  // The API server takes no device and mount at one path.
  const device = volumeDevices?.find(({ devicePath }) => isThere(devicePath));
  return device && { what: `has the device "${shownName(device.name)}"` };
}

function pathTaken(
  { request, values }: SidecarInstance,
  { container }: PlacedContainer,
  { what }: Occupant,
): Finding {
  const where = parameterKey(request, 'mount');
  return refusal('mount-path-taken', where, () => {
    const path = shownName(String(values.get('mount')?.value));
    return `annotation ${where}: container ${shownName(container.name)} ${what} at ${path} already; choose another path`;
  });
}

/** Tells of init containers that look for the content before anything has brought it. */
function checkTooEarly(
  { pod, policy }: Assembly,
  { instance, initContainers }: RenderedSidecar,
  places: readonly PlacedContainer[],
): readonly Finding[] {
  if (!instance.definition.isMountReadOnly) return [];
  const first = initContainers.length > 0 ? initContainerIndex(pod.spec, policy.startAfter) : Infinity;
  const early = places.filter(({ list, index }) => list === 'initContainers' && index < first);
  if (early.length === 0) return [];
  const where = parameterKey(instance.request, 'containers');
  const message = () => {
    const names = shownList(early.map(({ container }) => container.name));
    return `${where}: ${names} runs before ${shownName(instance.name)} and finds the volume empty`;
  };
  return [warning('mount-before-content', where, message)];
}
