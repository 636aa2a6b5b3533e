import type { PlacedContainer } from '../../kubernetes/containers.ts';
import { isAtOrBelow, withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { Volume } from '../../kubernetes/pod.ts';
import { sourceOf } from '../../kubernetes/volume.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { shownName } from '../shown-value.ts';
import { type Assembly, contentInVolume, sharedVolumesOf } from './assembly.ts';
import type { AddedMount } from './mount-volume.ts';
import { type Nesting, nestingsIn } from './nested-places.ts';

/**
 * Finds what lies below a shared volume in a container, and mounts of ours that lie below something else. The container
 * runtime makes the place for a mount itself, and cannot where the directory around it is mounted read-only: the
 * container would never start. It starts where the place is there already.
 *
 * | around it                                  | in it is        | outcome |
 * |--------------------------------------------|-----------------|---------|
 * | a mount that can be written                | anything        | nothing |
 * | a shared volume, read-only                 | the content     | refused: it would be hidden |
 * | the same, and only the sidecar writes it   | what is no part of the content | refused |
 * | an emptyDir that nobody writes             | a mount of ours | refused |
 * | a ConfigMap, a Secret and the like         | anything        | nothing |
 * | any other volume, read-only                | a mount of ours | warned  |
 */
export function checkNestedMounts(assembly: Assembly, added: readonly AddedMount[]): readonly Finding[] {
  const shared = sharedVolumes(assembly);
  if (shared.size === 0) return [];
  const addedTo = Map.groupBy(added, ({ place }) => place);
  const isOfInterest = (place: PlacedContainer) =>
    addedTo.has(place) ||
    place.container.volumeMounts?.some(({ name, readOnly }) => readOnly && shared.has(name));
  const places = assembly.containers.filter(
    place => isOfInterest(place) && !assembly.before.containers.has(place.container.name),
  );
  if (places.length === 0) return [];
  const nested = places.map(place => ({
    place,
    nestings: nestingsIn(place.container, addedTo.get(place) ?? []),
  }));
  if (nested.every(({ nestings }) => nestings.length === 0)) return [];
  const looked: Looked = { shared, facts: volumeFacts(assembly) };
  return nested.flatMap(({ place, nestings }) =>
    nestings.flatMap(nesting => judge(nesting, place.container.name, looked)),
  );
}

function sharedVolumes({ sidecars }: Assembly): ReadonlyMap<string, RenderedSidecar> {
  return new Map(
    sidecars.flatMap(sidecar =>
      sharedVolumesOf(sidecar).map(({ volume }) => [volume.name, sidecar] as const),
    ),
  );
}

interface Looked {
  readonly shared: ReadonlyMap<string, RenderedSidecar>;
  readonly facts: ReadonlyMap<string, VolumeFacts>;
}

interface VolumeFacts {
  /** It can never be written. */
  readonly isImage: boolean;
  /** There is always a place for a mount in it. */
  readonly hasRoom: boolean;
  /** Nothing but the sidecar, where there is one, makes directories in it. */
  readonly isWithoutDirectories: boolean;
}

/** What is known of the volumes that the pod has, and of those that it gets. */
function volumeFacts({ pod, containers, before, sidecars }: Assembly): Looked['facts'] {
  const written = new Set(
    containers
      .filter(({ container }) => !before.containers.has(container.name))
      .flatMap(({ container }) => container.volumeMounts ?? [])
      .flatMap(({ name, readOnly }) => (readOnly ? [] : [name])),
  );
  const factsOf = (volume: Volume): VolumeFacts => {
    const source = sourceOf(volume);
    return {
      isImage: source === 'image',
      hasRoom: sourcesWithRoom.has(source),
      isWithoutDirectories:
        source === 'emptyDir' && !written.has(volume.name) && !before.volumes.has(volume.name),
    };
  };
  const added = sidecars.flatMap(sidecar => sidecar.volumes.map(({ volume }) => volume));
  return new Map([...added, ...(pod.spec.volumes ?? [])].map(volume => [volume.name, factsOf(volume)]));
}

/**
 * In these the kubelet makes the places for mounts that lie in them.
 * https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/volume/util/nested_volumes.go
 */
export const sourcesWithRoom: ReadonlySet<string> = new Set([
  'configMap',
  'secret',
  'downwardAPI',
  'projected',
]);

function judge(nesting: Nesting, container: string, { shared, facts }: Looked): readonly Finding[] {
  const { outer, inner } = nesting;
  const sidecar = shared.get(outer.mount.name);
  const isOfOurs = sidecar !== undefined || inner.added !== undefined;
  const known = facts.get(outer.mount.name);
  if (!isOfOurs || known?.hasRoom || !(outer.mount.readOnly || known?.isImage)) return [];
  const told = { nesting, container };
  const isWhole = !outer.mount.subPath && !outer.mount.subPathExpr;
  const place = sidecar && (isWhole ? placeInContent(nesting, sidecar) : 'unknown');
  if (place === 'all') return [hidesContent(told)];
  const isCertain = isWhole && known?.isWithoutDirectories === true;
  return [isCertain && place !== 'unknown' ? neverStarts(told) : mayNotStart(told)];
}

/** Whether a place is where the content is, beside it, or where the sidecar may have made directories. */
function placeInContent({ outer, inner }: Nesting, sidecar: RenderedSidecar): 'all' | 'beside' | 'unknown' {
  const content = contentInVolume(sidecar, outer.mount.name);
  const below = inner.path.slice(withoutTrailingSlash(outer.path).length);
  if (!content) return 'unknown';
  if (below === content) return 'all';
  return isAtOrBelow(below, content) ? 'unknown' : 'beside';
}

interface Telling {
  readonly nesting: Nesting;
  readonly container: string;
}

function neverStarts(told: Telling): Finding {
  const { outer } = told.nesting;
  const message = () =>
    `${subjectOf(told)}, below the read-only ${shownName(outer.path)}, so it could never start; ${adviceFor(told)}`;
  return refusal('mount-path-taken', whereOf(told), message);
}

function hidesContent(told: Telling): Finding {
  const { outer } = told.nesting;
  const message = () =>
    `${subjectOf(told)}, over the content in ${shownName(outer.path)}; ${adviceFor(told)}`;
  return refusal('mount-path-taken', whereOf(told), message);
}

function mayNotStart(told: Telling): Finding {
  const { outer } = told.nesting;
  const where = whereOf(told);
  const message = () => {
    const key = addedOf(told) === undefined ? 'container' : `${where}:`;
    return `${key} ${factOf(told)}; it starts only where ${shownName(outer.path)} has that already`;
  };
  return warning('mount-point-missing', where, message);
}

/** The annotation that a mount comes from, the inner one where it is both; else the container. */
function addedOf({ nesting: { outer, inner } }: Telling): AddedMount | undefined {
  return inner.added ?? outer.added;
}

function whereOf(told: Telling): string {
  const added = addedOf(told);
  return added === undefined
    ? `container ${shownName(told.container)}`
    : parameterKey(added.sidecar.instance.request, 'mount');
}

function subjectOf(told: Telling): string {
  const container = `container ${factOf(told)}`;
  return addedOf(told) === undefined ? container : `annotation ${whereOf(told)}: ${container}`;
}

function factOf({ nesting: { inner }, container }: Telling): string {
  return `${shownName(container)} ${inner.what()} at ${shownName(inner.path)}`;
}

function adviceFor(told: Telling): string {
  const { remedy } = told.nesting.inner;
  const advice = addedOf(told)?.isChosen ? 'choose another path' : 'mount one of them elsewhere';
  return remedy === undefined ? advice : `${advice}, or ${remedy}`;
}
