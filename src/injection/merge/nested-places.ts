import { isAtOrBelow, normalPath, tokenDirectory } from '../../kubernetes/mount-path.ts';
import type { Container, VolumeMount } from '../../kubernetes/pod.ts';
import { shownName } from '../shown-value.ts';
import type { AddedMount } from './mount-volume.ts';

/** A path in a container at which something is mounted or made. */
export interface Place {
  readonly path: string;
  /** The mount that is there, where it is one of a volume. */
  readonly mount?: VolumeMount;
  /** The same where an annotation asks for it. */
  readonly added?: AddedMount;
  /** What is there, as messages say it behind the name of the container. */
  readonly what: () => string;
  /** What else than another path would help. */
  readonly remedy?: string;
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
  for (const place of inOrder(placesIn(container, added))) {
    while (above.length > 0 && !isAtOrBelow(place.path, above.at(-1)?.path ?? '')) above.pop();
    const outer = above.at(-1);
    // The runtime leaves out what the container mounts itself; two mounts at one path are told elsewhere.
    if (outer?.path === place.path) continue;
    if (outer !== undefined) nestings.push({ outer, inner: place });
    if (place.mount !== undefined) above.push({ ...place, mount: place.mount });
  }
  return nestings;
}

/** Each right behind the one that it lies in: sorted so, one look at each is enough. */
function inOrder(places: readonly Place[]): readonly Place[] {
  return places
    .map(place => ({ place, key: place.path === '/' ? '/' : `${place.path}/` }))
    .toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ place }) => place);
}

function placesIn(container: Container, added: readonly AddedMount[]): readonly Place[] {
  const { volumeMounts, volumeDevices, terminationMessagePath } = container;
  const mountAt = (mount: VolumeMount) => ({
    path: normalPath(mount.mountPath),
    mount,
    what: () => `mounts "${shownName(mount.name)}"`,
    ...(normalPath(mount.mountPath) === tokenDirectory ? { remedy: withoutToken } : {}),
  });
  const tokens = (volumeMounts ?? []).filter(({ mountPath }) => normalPath(mountPath) === tokenDirectory);
  return [
    ...(volumeMounts ?? []).map(mountAt),
    ...added.map(mount => ({ ...mountAt(mount.mount), added: mount })),
    ...(volumeDevices ?? []).map(({ name, devicePath }) => ({
      path: normalPath(devicePath),
      what: () => `has the device "${shownName(name)}"`,
    })),
    ...(terminationMessagePath === ''
      ? []
      : [
          {
            path: normalPath(terminationMessagePath ?? defaultMessagePath),
            what: () => 'has its terminationMessagePath',
          },
        ]),
    ...tokens.map(({ name }) => ({
      path: tokenTarget,
      what: () => `gets "${shownName(name)}"`,
      remedy: withoutToken,
    })),
    // Of what the kubelet mounts in /etc, this is enough.
    { path: '/etc/hosts', what: () => 'gets what the kubelet mounts' },
  ];
}

/** What the API server writes into a container that does not say. */
const defaultMessagePath = '/dev/termination-log';

const withoutToken = 'set automountServiceAccountToken: false';

/** Where the token ends up: in most images /var/run is a link to /run. */
const tokenTarget = '/run/secrets/kubernetes.io/serviceaccount';
