import { normalPath, tokenDirectory } from '../../kubernetes/mount-path.ts';
import type { Container, VolumeMount } from '../../kubernetes/pod.ts';
import { shownName } from '../shown-value.ts';
import type { AddedMount } from './mount-volume.ts';

/** A path in a container at which something is mounted or made. */
export interface Place {
  readonly path: string;
  /** The mount that is there, where it is one of a volume. */
  readonly mount: VolumeMount | undefined;
  /** The same where an annotation asks for it. */
  readonly added: AddedMount | undefined;
  /** What is there, as messages say it behind the name of the container. */
  readonly what: () => string;
  /** What else than another path would help. */
  readonly remedy: string | undefined;
  /** What the paths of all that lies there begin with. */
  readonly directory: string;
}

/** A place, and the volume mount that it lies in, the nearest where there are several. */
export interface Nesting {
  readonly outer: Place & { readonly mount: VolumeMount };
  readonly inner: Place;
}

/** Everything in a container that lies below one of its volume mounts, what the container runtime brings included. */
export function nestingsIn(container: Container, added: readonly AddedMount[]): readonly Nesting[] {
  const nestings: Nesting[] = [];
  const above: (Place & { readonly mount: VolumeMount })[] = [];
  // Each right behind the one that it lies in: sorted so, one look at each is enough.
  for (const place of placesIn(container, added).sort(byDirectory)) {
    while (above.length > 0 && !place.directory.startsWith(above.at(-1)?.directory ?? '')) above.pop();
    const outer = above.at(-1);
    // The runtime leaves out what the container mounts itself; two mounts at one path are told elsewhere.
    if (outer?.path === place.path) continue;
    if (outer !== undefined) nestings.push({ outer, inner: place });
    if (isMount(place)) above.push(place);
  }
  return nestings;
}

function byDirectory(a: Place, b: Place): number {
  return a.directory < b.directory ? -1 : Number(a.directory > b.directory);
}

function isMount(place: Place): place is Place & { readonly mount: VolumeMount } {
  return place.mount !== undefined;
}

function placesIn(
  { volumeMounts, volumeDevices, terminationMessagePath }: Container,
  added: readonly AddedMount[],
): Place[] {
  const places = (volumeMounts ?? []).map(mount => mountPlace(mount));
  const tokens = places.filter(({ path }) => path === tokenDirectory);
  for (const asked of added) places.push(mountPlace(asked.mount, asked));
  for (const { name, devicePath } of volumeDevices ?? [])
    places.push(placeAt(devicePath, { what: () => `has the device "${shownName(name)}"` }));
  if (terminationMessagePath !== '') {
    const path = terminationMessagePath ?? defaultMessagePath;
    places.push(placeAt(path, { what: () => 'has its terminationMessagePath' }));
  }
  for (const { mount } of tokens)
    places.push(
      placeAt(tokenTarget, { what: () => `gets "${shownName(mount?.name ?? '')}"`, remedy: withoutToken }),
    );
  // Of what the kubelet mounts in /etc, this is enough.
  places.push(placeAt('/etc/hosts', { what: () => 'gets what the kubelet mounts' }));
  return places;
}

function mountPlace(mount: VolumeMount, added?: AddedMount): Place {
  const place = placeAt(mount.mountPath, { what: () => `mounts "${shownName(mount.name)}"`, mount, added });
  return place.path === tokenDirectory ? { ...place, remedy: withoutToken } : place;
}

function placeAt(
  written: string,
  { what, mount, added, remedy }: Pick<Place, 'what'> & Partial<Pick<Place, 'mount' | 'added' | 'remedy'>>,
): Place {
  const path = normalPath(written);
  return { path, what, mount, added, remedy, directory: path === '/' ? path : `${path}/` };
}

/** What the API server writes into a container that does not say. */
export const defaultMessagePath = '/dev/termination-log';

const withoutToken = 'set automountServiceAccountToken: false';

/** Where the token ends up: in most images /var/run is a link to /run. */
export const tokenTarget = '/run/secrets/kubernetes.io/serviceaccount';
