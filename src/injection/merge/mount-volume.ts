import type { PlacedContainer } from '../../kubernetes/containers.ts';
import { withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { VolumeMount } from '../../kubernetes/pod.ts';
import { isReadOnlyVolume } from '../../kubernetes/volume.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import { initContainerIndex } from '../render/place-sidecar.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { shownList, shownName } from '../shown-value.ts';
import { type Assembly, presentVolume, sharedVolumesOf } from './assembly.ts';
import type { ChosenContainers } from './choose-containers.ts';

/** A mount of a shared volume that goes into one of the app's containers, because an annotation asks for it. */
export interface AddedMount {
  readonly sidecar: RenderedSidecar;
  /** One of the containers of the assembly. */
  readonly place: PlacedContainer;
  readonly mount: VolumeMount;
  /** Whether the annotation chooses the path too, and not the definition. */
  readonly isChosen: boolean;
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
  const add = (asked: AddedMount): readonly Finding[] => {
    const others = added.get(asked.place) ?? [];
    const found = occupantOf(asked.place, asked.mount.mountPath, others);
    if (found === undefined) added.set(asked.place, [...others, asked]);
    else if (found.mount?.name === asked.mount.name) present.push(asked);
    else return [pathTaken(assembly, asked, found)];
    return [];
  };
  const findings = [...chosen].flatMap(([sidecar, places]) => {
    const wanted = wantedMounts(sidecar);
    if (wanted.length === 0) return [];
    const taken = places.flatMap(place => wanted.flatMap(mount => add({ sidecar, place, ...mount })));
    return [...taken, ...checkTooEarly(assembly, sidecar, places)];
  });
  return { mounts: { added: [...added.values()].flat(), present }, findings };
}

/** The main volume at the path that the annotation says, and further ones where the definition says that the app sees them. */
function wantedMounts(sidecar: RenderedSidecar): readonly Pick<AddedMount, 'mount' | 'isChosen'>[] {
  const asked = sidecar.instance.values.get('mount')?.value;
  if (typeof asked !== 'string') return [];
  return sharedVolumesOf(sidecar).flatMap(({ volume: { name }, shared: { isMain, at, subPath } }) => {
    const mountPath = isMain ? asked : at;
    if (mountPath === undefined) return [];
    const isReadOnly = sidecar.instance.definition.isMountReadOnly;
    const mount = {
      name,
      mountPath,
      ...(subPath === undefined || isMain ? {} : { subPath }),
      ...(isReadOnly ? { readOnly: true } : {}),
    };
    return [{ mount, isChosen: isMain }];
  });
}

type AddedByContainer = Map<PlacedContainer, readonly AddedMount[]>;

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

function pathTaken(assembly: Assembly, asked: AddedMount, { mount, what }: Occupant): Finding {
  const { request } = asked.sidecar.instance;
  const where = parameterKey(request, 'mount');
  return refusal('mount-path-taken', where, () => {
    const container = shownName(asked.place.container.name);
    const taken = `container ${container} ${what} at ${shownName(asked.mount.mountPath)} already`;
    if (!asked.isChosen) return `annotation ${where}: ${taken}; mount that elsewhere, or leave ${where} out`;
    const isToShare = mount !== undefined && canBeShared(assembly, asked, mount);
    const other = isToShare ? `, or set ${parameterKey(request, 'volume')} to ${shownName(mount.name)}` : '';
    return `annotation ${where}: ${taken}; choose another path${other}`;
  });
}

/** Whether what the app mounts there could be the shared volume. */
function canBeShared({ pod }: Assembly, { place }: AddedMount, mount: VolumeMount): boolean {
  const isOfApp = place.container.volumeMounts?.includes(mount);
  const isWhole = !mount.subPath && !mount.subPathExpr;
  const volume = presentVolume(pod, mount.name);
  return isOfApp === true && isWhole && volume !== undefined && !isReadOnlyVolume(volume);
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
