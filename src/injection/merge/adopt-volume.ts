import type { JsonObject } from '../../kubernetes/json.ts';
import { isAtOrBelow } from '../../kubernetes/mount-path.ts';
import type { Container, VolumeMount } from '../../kubernetes/pod.ts';
import { type Finding, refusal } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { shownName, shownValue } from '../shown-value.ts';
import { type Assembly, sharedVolumeName } from './assembly.ts';
import { authoredContainers } from './authored.ts';

/**
 * Gives sidecars whose shared volume is known by its place in the app the volume that is there. Where a container of the
 * app mounts a volume over that place, the sidecar mounts the same one in the same way, so that both see the same paths.
 */
export function adoptVolumes(assembly: Assembly): {
  readonly assembly: Assembly;
  readonly findings: readonly Finding[];
} {
  if (assembly.sidecars.every(({ sharedAt }) => sharedAt === undefined)) return { assembly, findings: [] };
  const adoptions = assembly.sidecars.map(sidecar => adopt(assembly, sidecar));
  return {
    assembly: { ...assembly, sidecars: adoptions.map(({ sidecar }) => sidecar) },
    findings: adoptions.flatMap(({ findings }) => findings),
  };
}

interface Adoption {
  readonly sidecar: RenderedSidecar;
  readonly findings: readonly Finding[];
}

function adopt(assembly: Assembly, sidecar: RenderedSidecar): Adoption {
  const { instance, sharedAt } = sidecar;
  if (sharedAt === undefined) return { sidecar, findings: [] };
  const { request, values } = instance;
  const asked = values.get('mount')?.value;
  if (typeof asked === 'string') return adoptAsked(sidecar, sharedAt, asked);
  const mounts = coveringMounts(assembly, sidecar, sharedAt);
  const [first] = mounts;
  if (first === undefined) return { sidecar, findings: [] };
  const other = mounts.find(({ mount }) => !isSame(mount, first.mount));
  if (other !== undefined) {
    const names = `${shownName(first.container)} and ${shownName(other.container)}`;
    const message = () =>
      `${request.shownKey}: containers ${names} mount different things over ${shownName(sharedAt)}; name the volume with ${parameterKey(request, 'volume')}`;
    return { sidecar, findings: [refusal('volume-ambiguous', request.shownKey, message)] };
  }
  if (first.mount.subPathExpr) {
    const message = () =>
      `${request.shownKey}: container ${shownName(first.container)} mounts ${shownName(sharedAt)} with subPathExpr, which only it can read; use subPath, or set ${parameterKey(request, 'mount')}`;
    return { sidecar, findings: [refusal('volume-ambiguous', request.shownKey, message)] };
  }
  return { sidecar: withSharedMount(sidecar, first.mount), findings: [] };
}

/** The mount that an annotation asks for goes into both. */
function adoptAsked(sidecar: RenderedSidecar, sharedAt: string, asked: string): Adoption {
  const name = sharedVolumeName(sidecar) ?? '';
  if (isAtOrBelow(sharedAt, asked))
    return { sidecar: withSharedMount(sidecar, { name, mountPath: asked }), findings: [] };
  const key = parameterKey(sidecar.instance.request, 'mount');
  const message = () =>
    `annotation ${key}: got ${shownValue(asked, 'path')}; use ${shownName(sharedAt)} or a directory above it`;
  return { sidecar, findings: [refusal('invalid-value', key, message)] };
}

interface AppMount {
  readonly container: string;
  readonly mount: VolumeMount;
}

/** The mounts through which the app can write there: of each container the one that counts, the nearest. */
function coveringMounts(
  { pod, containers, before }: Assembly,
  { instance }: RenderedSidecar,
  sharedAt: string,
): readonly AppMount[] {
  const wanted = instance.request.annotations.get('volume');
  const authored = authoredContainers(pod);
  const isOfApp = ({ name }: Container) =>
    !before.containers.has(name) && (authored === undefined || authored.has(name));
  return containers
    .filter(({ list, container }) => list === 'containers' && isOfApp(container))
    .flatMap(({ container }) => {
      const nearest = nearestMount(container, sharedAt);
      const isFit = nearest && !nearest.readOnly && (wanted === undefined || nearest.name === wanted);
      return isFit ? [{ container: container.name, mount: nearest }] : [];
    });
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

function withSharedMount(sidecar: RenderedSidecar, mount: VolumeMount): RenderedSidecar {
  const name = sharedVolumeName(sidecar);
  const adapted = (container: Container): Container => ({
    ...container,
    volumeMounts: (container.volumeMounts ?? []).map(own =>
      own.name === name ? withPlace(own, mount) : own,
    ),
  });
  return {
    ...sidecar,
    initContainers: sidecar.initContainers.map(adapted),
    containers: sidecar.containers.map(adapted),
    volumes: sidecar.volumes.map(rendered =>
      rendered.isShared ? { ...rendered, volume: { ...rendered.volume, name: mount.name } } : rendered,
    ),
  };
}

function withPlace(own: VolumeMount, { name, mountPath, subPath }: VolumeMount): VolumeMount {
  const place: JsonObject = { name, mountPath, ...(subPath ? { subPath } : {}) };
  return { ...own, ...place } as VolumeMount;
}
