import type { PlacedContainer } from '../../kubernetes/containers.ts';
import { isAtOrBelow, withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { Container, Pod, Volume } from '../../kubernetes/pod.ts';
import type { InjectionPolicy } from '../policy.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import type { InjectedBefore } from '../status/read-status.ts';

/** A pod and all that is about to go into it: what the rules about their fit look at. */
export interface Assembly {
  readonly pod: Pod;
  /** The containers that the pod has. */
  readonly containers: readonly PlacedContainer[];
  readonly policy: InjectionPolicy;
  readonly sidecars: readonly RenderedSidecar[];
  /** What an earlier pass put into the pod, as far as it is still there. */
  readonly before: InjectedBefore;
  /** What the pod asks for and only others know, as the status names it. */
  readonly leftToOthers: readonly string[];
}

/** All containers of a sidecar, in the order in which they start. */
export function containersOf({ initContainers, containers }: RenderedSidecar): readonly Container[] {
  return [...initContainers, ...containers];
}

/** Those of them that run beside the app; an init container that ends before gives back what it had. */
export function runningContainersOf({
  mode,
  initContainers,
  containers,
}: RenderedSidecar): readonly Container[] {
  return [...(mode === 'native' ? initContainers : []), ...containers];
}

/** The name of the volume that a sidecar shares with the app, where it has one. */
export function sharedVolumeName({ volumes }: RenderedSidecar): string | undefined {
  return volumes.find(({ isShared }) => isShared)?.volume.name;
}

/** That volume, where the pod has it already. */
export function presentVolume({ spec }: Pod, sidecar: RenderedSidecar): Volume | undefined {
  const name = sharedVolumeName(sidecar);
  return (spec.volumes ?? []).find(volume => volume.name === name);
}

/** Where in that volume its content is, as `/current`: empty where it is all of it, undefined where nobody says. */
export function contentInVolume(sidecar: RenderedSidecar): string | undefined {
  const { content } = sidecar;
  const volume = sharedVolumeName(sidecar);
  if (content === undefined) return undefined;
  const root = containersOf(sidecar)
    .flatMap(({ volumeMounts }) => volumeMounts ?? [])
    .find(({ name, mountPath }) => name === volume && isAtOrBelow(content, mountPath))?.mountPath;
  return root === undefined ? undefined : content.slice(withoutTrailingSlash(root).length);
}
