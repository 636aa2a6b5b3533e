import type { Container, VolumeMount } from '../../kubernetes/pod.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import type { RenderedVolume } from '../render/render-volumes.ts';

/** The mounts that shared volumes are taken for, by the names of the sidecar's own volumes. */
export type Places = Map<string, VolumeMount>;

/** A sidecar that mounts these in place of its own volumes; what is the same for two of them it has once. */
export function withPlaces(sidecar: RenderedSidecar, places: Places): RenderedSidecar {
  const placed = (container: Container): Container => ({
    ...container,
    volumeMounts: placedMounts(container.volumeMounts ?? [], places),
  });
  return {
    ...sidecar,
    initContainers: sidecar.initContainers.map(placed),
    containers: sidecar.containers.map(placed),
    volumes: placedVolumes(sidecar.volumes, places),
  };
}

function placedMounts(own: readonly VolumeMount[], places: Places): readonly VolumeMount[] {
  const mounts: VolumeMount[] = [];
  const owners = new Map<VolumeMount, { readonly name: string; readonly index: number }>();
  for (const mount of own) {
    const place = places.get(mount.name);
    if (place === undefined) {
      mounts.push(mount);
      continue;
    }
    const shared = sharedPlace(places, place);
    const known = owners.get(shared);
    const earlier = known && mounts[known.index];
    // Two mounts of one volume stay two: what the sidecar expects at the second path would be lost.
    if (known === undefined || earlier === undefined || known.name === mount.name) {
      owners.set(shared, { name: mount.name, index: mounts.length });
      mounts.push(withPlace(mount, place));
    } else if (earlier.readOnly && !mount.readOnly) {
      mounts[known.index] = withPlace(mount, place);
    }
  }
  return mounts;
}

/** The first of the places that are the same as this one. */
function sharedPlace(places: Places, { name, mountPath, subPath }: VolumeMount): VolumeMount {
  for (const place of places.values()) {
    if (place.name === name && place.mountPath === mountPath && (place.subPath ?? '') === (subPath ?? ''))
      return place;
  }
  return { name, mountPath };
}

function withPlace(own: VolumeMount, { name, mountPath, subPath }: VolumeMount): VolumeMount {
  return { ...own, name, mountPath, ...(subPath ? { subPath } : {}) };
}

function placedVolumes(own: readonly RenderedVolume[], places: Places): readonly RenderedVolume[] {
  const names = new Set<string>();
  return own.flatMap(rendered => {
    const { volume, shared } = rendered;
    const place = shared && places.get(volume.name);
    if (shared === undefined || place === undefined) return [rendered];
    if (names.has(place.name)) return [];
    names.add(place.name);
    const { name, mountPath: at, subPath } = place;
    return [{ volume: { ...volume, name }, shared: { ...shared, at, ...(subPath ? { subPath } : {}) } }];
  });
}
