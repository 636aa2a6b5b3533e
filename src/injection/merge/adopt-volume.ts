import { isAtOrBelow, withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { Container, VolumeMount } from '../../kubernetes/pod.ts';
import { isReadOnlyVolume } from '../../kubernetes/volume.ts';
import { type Finding, refusal } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { shownName, shownValue } from '../shown-value.ts';
import { type Assembly, isWriter, type SharedVolume, sharedVolumesOf } from './assembly.ts';
import { authorship } from './authored.ts';
import { type Places, withPlaces } from './with-places.ts';

/**
 * Gives sidecars whose shared volumes are known by their places in the app the volumes that are there. Where a container of
 * the app mounts a volume over such a place, the sidecar mounts the same one in the same way, so that both see the same
 * paths.
 */
export function adoptVolumes(assembly: Assembly): {
  readonly assembly: Assembly;
  readonly findings: readonly Finding[];
} {
  const isPlaced = ({ volumes }: RenderedSidecar) => volumes.some(({ shared }) => shared?.at !== undefined);
  if (!assembly.sidecars.some(isPlaced)) return { assembly, findings: [] };
  const app = appOf(assembly);
  const adoptions = assembly.sidecars.map(sidecar => adopt(app, sidecar));
  return {
    assembly: { ...assembly, sidecars: adoptions.map(({ sidecar }) => sidecar) },
    findings: adoptions.flatMap(({ findings }) => findings),
  };
}

/** What the app mounts, and what of it can be written by somebody. */
interface App {
  readonly containers: readonly Container[];
  /** Whether a container of that name is not another injector's. */
  readonly isAuthored: (name: string) => boolean;
  readonly writable: ReadonlySet<string>;
}

function appOf({ pod, containers, before }: Assembly): App {
  return {
    containers: containers
      .filter(({ list, container }) => list === 'containers' && !before.containers.has(container.name))
      .map(({ container }) => container),
    isAuthored: authorship(pod),
    writable: new Set(
      (pod.spec.volumes ?? []).filter(volume => !isReadOnlyVolume(volume)).map(({ name }) => name),
    ),
  };
}

function adopt(
  app: App,
  sidecar: RenderedSidecar,
): { readonly sidecar: RenderedSidecar; readonly findings: readonly Finding[] } {
  const places: Places = new Map();
  const findings: Finding[] = [];
  for (const shared of sharedVolumesOf(sidecar)) {
    const { mount, finding } = placeOf(app, sidecar, shared);
    if (mount !== undefined) places.set(shared.volume.name, mount);
    if (finding !== undefined) findings.push(finding);
  }
  return { sidecar: places.size === 0 ? sidecar : withPlaces(sidecar, places), findings };
}

/** The mount that a volume is taken for, or what stands against the choice. */
interface Place {
  readonly mount?: VolumeMount;
  readonly finding?: Finding;
}

function placeOf(app: App, sidecar: RenderedSidecar, { volume, shared }: SharedVolume): Place {
  const { at, isMain, isFixed } = shared;
  if (at === undefined) return {};
  const asked = isMain ? sidecar.instance.values.get('mount')?.value : undefined;
  if (typeof asked === 'string') return askedPlace(sidecar, { name: volume.name, at, isFixed }, asked);
  const mounts = coveringMounts(app, sidecar, { name: volume.name, at, isMain });
  const [first] = mounts;
  if (first === undefined) return {};
  const { request } = sidecar.instance;
  const other = mounts.find(({ mount }) => !isSame(mount, first.mount));
  if (other !== undefined) {
    const message = () => {
      const names = `${shownName(first.container)} and ${shownName(other.container)}`;
      const advice = isMain
        ? `name the volume with ${parameterKey(request, 'volume')}`
        : 'mount the same in both';
      return `${request.shownKey}: containers ${names} mount different things over ${shownName(at)}; ${advice}`;
    };
    return { finding: refusal('volume-ambiguous', request.shownKey, message) };
  }
  if (!first.mount.subPathExpr) return { mount: first.mount };
  const message = () => {
    const container = shownName(first.container);
    const advice = isMain ? `use subPath, or set ${parameterKey(request, 'mount')}` : 'use subPath';
    return `${request.shownKey}: container ${container} mounts ${shownName(at)} with subPathExpr, which only it can read; ${advice}`;
  };
  return { finding: refusal('volume-ambiguous', request.shownKey, message) };
}

interface Wanted {
  /** Of the sidecar's own volume. */
  readonly name: string;
  readonly at: string;
}

/**
 * The mount that an annotation asks for goes into both. Where the place is none that an annotation chose, the app may see
 * the volume elsewhere than the sidecar does.
 */
function askedPlace(
  { instance }: RenderedSidecar,
  { name, at, isFixed }: Wanted & { readonly isFixed: boolean },
  asked: string,
): Place {
  if (isAtOrBelow(at, asked)) return { mount: { name, mountPath: asked } };
  if (isFixed) return {};
  const key = parameterKey(instance.request, 'mount');
  const message = () =>
    `annotation ${key}: got ${shownValue(asked, 'path')}; use ${shownName(at)} or a directory above it`;
  return { finding: refusal('invalid-value', key, message) };
}

interface AppMount {
  readonly container: string;
  readonly mount: VolumeMount;
}

/**
 * The mounts through which the app sees that place, of each container the one that counts, the nearest: those that it can
 * write through; where there are none, those through which it reads what the sidecar is to write.
 */
function coveringMounts(
  { containers, isAuthored, writable }: App,
  sidecar: RenderedSidecar,
  { name, at, isMain }: Wanted & { readonly isMain: boolean },
): readonly AppMount[] {
  const wanted = isMain ? sidecar.instance.request.annotations.get('volume') : undefined;
  const covering = containers.flatMap((container): readonly AppMount[] => {
    const mount = nearestMount(container, at);
    const isFit = mount !== undefined && (wanted === undefined || mount.name === wanted);
    return isFit && isAuthored(container.name) ? [{ container: container.name, mount }] : [];
  });
  const written = covering.filter(({ mount }) => !mount.readOnly);
  if (written.length > 0 || covering.length === 0) return written;
  const isToRead = sidecar.instance.definition.isMountReadOnly && isWriter(sidecar, name);
  const isThere = ({ mountPath }: VolumeMount) =>
    withoutTrailingSlash(mountPath) === withoutTrailingSlash(at);
  return isToRead ? covering.filter(({ mount }) => isThere(mount) && writable.has(mount.name)) : [];
}

/** Of the mounts at a place or above it the one with the longest path, the first where there are several. */
function nearestMount({ volumeMounts }: Container, place: string): VolumeMount | undefined {
  let nearest: VolumeMount | undefined;
  for (const mount of volumeMounts ?? []) {
    const isNearer = mount.mountPath.length > (nearest?.mountPath.length ?? -1);
    if (isNearer && isAtOrBelow(place, mount.mountPath)) nearest = mount;
  }
  return nearest;
}

function isSame(a: VolumeMount, b: VolumeMount): boolean {
  return a.name === b.name && a.mountPath === b.mountPath && (a.subPath ?? '') === (b.subPath ?? '');
}
