import { defaultContainerAnnotation, type PlacedContainer } from '../../kubernetes/containers.ts';
import { withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { Pod, VolumeMount } from '../../kubernetes/pod.ts';
import { nearestName } from '../../nearest-name.ts';
import type { InjectionPolicy } from '../policy.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import { initContainerIndex } from '../render/place-sidecar.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey, type SidecarInstance } from '../request/sidecar-instance.ts';
import { shownList, shownName, shownValue } from '../shown-value.ts';
import { type Assembly, sharedVolumeName } from './assembly.ts';
import { authoredContainers, isAuthoredAnnotation } from './authored.ts';

/** A mount of a shared volume that goes into one of the app's containers, because an annotation asks for it. */
export interface AddedMount {
  readonly sidecar: RenderedSidecar;
  /** One of the containers of the assembly. */
  readonly place: PlacedContainer;
  readonly mount: VolumeMount;
}

/** The mounts that `.mount` and `.containers` ask for: those that are added, and those that are there already. */
export interface Mounts {
  readonly added: readonly AddedMount[];
  readonly present: readonly AddedMount[];
}

/** Finds the mounts that annotations ask for, and what stands against them. */
export function mountVolumes(assembly: Assembly): {
  readonly mounts: Mounts;
  readonly findings: readonly Finding[];
} {
  const added: AddedByContainer = new Map();
  const present: AddedMount[] = [];
  const findings = sidecarsToMount(assembly).flatMap(sidecar => {
    const { instance } = sidecar;
    const path = instance.values.get('mount')?.value;
    const volume = sharedVolumeName(sidecar);
    if (typeof path !== 'string' || volume === undefined) return checkNoContainers(instance);
    const chosen = chooseContainers(assembly, instance);
    const taken = chosen.places.flatMap(place => {
      const asked = { sidecar, place, mount: mountOf(sidecar, volume, path) };
      const found = occupantOf(place, path, added.get(place));
      if (found === undefined) added.set(place, [...(added.get(place) ?? []), asked]);
      if (found?.mount?.name === volume) present.push(asked);
      else if (found !== undefined) return pathTaken(instance, place, found);
      return [];
    });
    return [...chosen.findings, ...taken, ...checkTooEarly(assembly, sidecar, chosen.places)];
  });
  return { mounts: { added: [...added.values()].flat(), present }, findings };
}

type AddedByContainer = Map<PlacedContainer, readonly AddedMount[]>;

/** A pod without containers is refused for that, and there is nothing to choose from. */
function sidecarsToMount({ pod, sidecars }: Assembly): Assembly['sidecars'] {
  return pod.spec.containers?.length ? sidecars : [];
}

function checkNoContainers({ request, values }: SidecarInstance): readonly Finding[] {
  if (!values.has('containers')) return [];
  const key = parameterKey(request, 'containers');
  const message = () => `annotation ${key}: without effect; set ${parameterKey(request, 'mount')} to a path`;
  return [refusal('containers-without-mount', key, message)];
}

function mountOf({ instance }: RenderedSidecar, name: string, mountPath: string): AddedMount['mount'] {
  return instance.definition.isMountReadOnly ? { name, mountPath, readOnly: true } : { name, mountPath };
}

interface Chosen {
  readonly places: readonly PlacedContainer[];
  readonly findings: readonly Finding[];
}

function chooseContainers(assembly: Assembly, { request, values }: SidecarInstance): Chosen {
  const { pod, policy, before, containers } = assembly;
  const running = containers.filter(({ list }) => list === 'containers');
  const key = parameterKey(request, 'containers');
  const asked = values.get('containers')?.text;
  if (asked !== undefined) {
    const initContainers = containers.filter(({ list }) => list === 'initContainers');
    const isOfPod = ({ container }: PlacedContainer) => !before.containers.has(container.name);
    const candidates = [...running, ...initContainers.filter(isOfPod)];
    return chooseNamed(candidates, new Set(asked.split(',')), { where: key, advice: '', policy });
  }
  const authored = authoredContainers(pod);
  const preset = pod.metadata.annotations?.[defaultContainerAnnotation];
  if (preset !== undefined && isMeant(pod, preset, authored)) {
    return chooseNamed(running, new Set([preset]), {
      where: defaultContainerAnnotation,
      advice: `set ${key}; `,
      policy,
    });
  }
  const apps = running.filter(
    ({ container: { name } }) =>
      authored?.has(name) !== false && !before.containers.has(name) && !policy.startAfter.includes(name),
  );
  const [only, ...others] = apps;
  if (only !== undefined && others.length === 0) return { places: [only], findings: [] };
  const where = parameterKey(request, 'mount');
  const message = () => {
    const names = (apps.length > 0 ? apps : running).map(({ container }) => container.name);
    return `annotation ${where}: which container? set ${key} to one or more of ${shownList(names, ',')}`;
  };
  return { places: [], findings: [refusal('mount-container-ambiguous', where, message)] };
}

/** Another injector that names a container names one of the app as well as one of its own, which nobody means here. */
function isMeant(pod: Pod, preset: string, authored: ReadonlySet<string> | undefined): boolean {
  if (authored === undefined || authored.has(preset)) return true;
  return isAuthoredAnnotation(pod, defaultContainerAnnotation);
}

interface Naming {
  /** The annotation that names containers. */
  readonly where: string;
  readonly advice: string;
  readonly policy: InjectionPolicy;
}

function chooseNamed(
  candidates: readonly PlacedContainer[],
  asked: ReadonlySet<string>,
  { where, advice, policy }: Naming,
): Chosen {
  const places = new Map(candidates.map(place => [place.container.name, place] as const));
  const known = [...asked].filter(name => places.has(name));
  const unknown = [...asked].filter(name => !places.has(name));
  const complaints = unknown.map(name =>
    refusal('mount-container-unknown', where, () => {
      const names = [...places.keys()];
      const nearest = nearestName(name, names);
      const found =
        nearest === undefined ? `the pod has ${shownList(names)}` : `did you mean "${shownName(nearest)}"?`;
      return `annotation ${where}: no container ${shownValue(name, 'name')}; ${advice}${found}`;
    }),
  );
  return {
    places: known.flatMap(name => places.get(name) ?? []),
    findings: [...complaints, ...checkProxies(known, where, policy)],
  };
}

/** Tells of proxies of a mesh among the containers that are named: the one that puts them in may not expect a mount. */
function checkProxies(
  names: readonly string[],
  where: string,
  { startAfter }: InjectionPolicy,
): readonly Finding[] {
  const proxies = names.filter(name => name === 'istio-proxy' || startAfter.includes(name));
  if (proxies.length === 0) return [];
  const message = () =>
    `${where}: ${shownList(proxies)} belongs to another injector; name containers of the app`;
  return [warning('mount-in-proxy', where, message)];
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
