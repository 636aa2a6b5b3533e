import { type Inheritance, withInherited } from '../../injection/inheritance/with-inherited.ts';
import { contentBelow } from '../../injection/merge/assembly.ts';
import { readRequests, type SidecarRequest } from '../../injection/request/read-requests.ts';
import { shownName } from '../../injection/shown-value.ts';
import { otherInjectorOf, type SidecarStatus } from '../../injection/status/pod-status.ts';
import { readStatus } from '../../injection/status/read-status.ts';
import { placedContainers } from '../../kubernetes/containers.ts';
import { withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { Container, Pod } from '../../kubernetes/pod.ts';
import { type Inheriting, sourcesOfPod } from '../inheriting.ts';
import type { ExplainedContent, ExplainedMount, ExplainedSidecar } from './explanation.ts';

/** Names the object that an annotation was written on. */
export type PlaceOf = (key: string) => string;

/** What asks for the sidecars of a pod, and where all of that is written. */
export interface AnnotationPlaces {
  readonly inheritance: Inheritance;
  /** Where those are written that are the pod's own. */
  readonly placeOf: PlaceOf;
}

/** What asks for the sidecars of a pod that an engine judges. */
export function placesIn(pod: Pod, engine: Inheriting, placeOf: PlaceOf): AnnotationPlaces {
  const own = pod.metadata.annotations ?? {};
  return { inheritance: withInherited(own, sourcesOfPod(engine, pod).sources), placeOf };
}

/** The sidecars of a pod as it will be, and as it is now where that is another: what its status tells of them. */
export function sidecarsIn(pod: Pod, places: AnnotationPlaces, now: Pod = pod): readonly ExplainedSidecar[] {
  const present = readStatus(now).before.sidecars;
  const { sidecars, containers: injected } = readStatus(pod).before;
  const { annotations, origins } = places.inheritance;
  const { requests } = readRequests(annotations, origins);
  const requestOf = new Map(requests.map(request => [request.name, request] as const));
  const all = placedContainers(pod.spec).map(({ container }) => container);
  const app = all.filter(({ name }) => !injected.has(name));
  return Object.entries(sidecars).map(([name, status]) => {
    const request = requestOf.get(name);
    const own = all.filter(container => status.containers.includes(container.name));
    const image = imageOf(own.findLast(container => container.name === name));
    const by = otherInjectorOf(status);
    return {
      sidecar: request?.sidecar ?? '',
      container: name,
      containers: status.containers,
      mode: status.mode,
      ...(image === undefined ? {} : { image }),
      ...(status.version === 'next' ? { version: 'next' } : {}),
      ...(by === undefined ? {} : { by }),
      isPresent: Object.hasOwn(present, name),
      ...(request ? askedBy(request, places) : status.from === undefined ? {} : { annotatedOn: status.from }),
      ...contentOf(status, own, app),
    };
  });
}

/** What asks for a sidecar; where not all of it is the pod's own, all of it with where each is written. */
function askedBy(
  { key, shownKey, annotations }: SidecarRequest,
  { inheritance: { origins }, placeOf }: AnnotationPlaces,
): Pick<ExplainedSidecar, 'annotation' | 'annotatedOn' | 'annotations'> {
  const writtenOn = (written: string) => origins.get(written) ?? placeOf(written);
  const asked = { annotation: shownKey, annotatedOn: writtenOn(key) };
  const end = (parameter: string) => (parameter === '' ? '' : `.${parameter}`);
  const keys = [...annotations.keys()].map(end);
  if (!keys.some(written => origins.has(`${key}${written}`))) return asked;
  return {
    ...asked,
    annotations: keys.map(written => ({
      key: `${shownKey}${shownName(written)}`,
      on: writtenOn(`${key}${written}`),
    })),
  };
}

function contentOf(
  { content, mounts: added = [] }: SidecarStatus,
  own: readonly Container[],
  app: readonly Container[],
): { readonly content?: ExplainedContent } {
  if (content === undefined) return {};
  const ownMounts = own.flatMap(({ volumeMounts }) => volumeMounts ?? []);
  const places = [...new Set(ownMounts.map(({ name }) => name))].flatMap(volume => {
    const inVolume = contentBelow(content, ownMounts, volume);
    return inVolume === undefined ? [] : [{ volume, inVolume }];
  });
  const seen = places.map(place => ({ ...place, mounts: mountsOf(place, app, new Set(added)) }));
  // Of several volumes the one that the app sees.
  const found = seen.find(({ mounts }) => mounts.length > 0) ?? seen[0];
  return { content: { path: content, mounts: [], ...found } };
}

interface Place {
  readonly volume: string;
  readonly inVolume: string;
}

/** A mount of a part of the volume shows the content at no path that stays. */
function mountsOf(
  { volume, inVolume }: Place,
  app: readonly Container[],
  added: ReadonlySet<string>,
): readonly ExplainedMount[] {
  return app.flatMap(({ name: container, volumeMounts }) =>
    (volumeMounts ?? [])
      .filter(mount => mount.name === volume && !mount.subPath && !mount.subPathExpr)
      .map(({ mountPath }) => ({
        container,
        mountPath,
        path: `${withoutTrailingSlash(mountPath)}${inVolume}` || '/',
        isAdded: added.has(`${container}:${mountPath}`),
      })),
  );
}

/** The container is read for other fields, so the image may be anything. */
function imageOf(container: Container | undefined): string | undefined {
  const image = (container as { readonly image?: unknown } | undefined)?.image;
  return typeof image === 'string' ? image : undefined;
}
