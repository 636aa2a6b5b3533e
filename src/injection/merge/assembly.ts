import type { PlacedContainer } from '../../kubernetes/containers.ts';
import { isAtOrBelow, withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { Container, Pod, Volume, VolumeMount } from '../../kubernetes/pod.ts';
import type { InjectionPolicy } from '../policy.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import type { RenderedVolume, Sharing } from '../render/render-volumes.ts';
import type { InjectedBefore } from '../status/read-status.ts';

/** A pod and all that is about to go into it: what the rules about their fit look at. */
export interface Assembly {
  readonly pod: Pod;
  /** The annotations that count for it: its own, and those that it inherits. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The containers that the pod has. */
  readonly containers: readonly PlacedContainer[];
  readonly policy: InjectionPolicy;
  readonly sidecars: readonly RenderedSidecar[];
  /** What an earlier pass put into the pod, as far as it is still there. */
  readonly before: InjectedBefore;
  /** What the pod asks for and only others know, or its namespace leaves out, as the status names it. */
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

/** All mounts in them. */
export function mountsOf(sidecar: RenderedSidecar): readonly VolumeMount[] {
  return containersOf(sidecar).flatMap(({ volumeMounts }) => volumeMounts ?? []);
}

/** A volume of a sidecar that the app sees. */
export interface SharedVolume extends RenderedVolume {
  readonly shared: Sharing;
}

/** The volumes that a sidecar shares with the app; there are few. */
export function sharedVolumesOf({ volumes }: RenderedSidecar): readonly SharedVolume[] {
  return volumes.filter((volume): volume is SharedVolume => volume.shared !== undefined);
}

/** Whether a sidecar writes to a volume. */
export function isWriter(sidecar: RenderedSidecar, volume: string): boolean {
  return mountsOf(sidecar).some(({ name, readOnly }) => name === volume && readOnly !== true);
}

/** The volume of a name, where the pod has it already. */
export function presentVolume({ spec }: Pod, name: string): Volume | undefined {
  return (spec.volumes ?? []).find(volume => volume.name === name);
}

/** Where in a volume the content of a sidecar is, as `/current`: empty where it is all of it, undefined where none of it is. */
export function contentInVolume(sidecar: RenderedSidecar, volume: string): string | undefined {
  return sidecar.content === undefined ? undefined : contentBelow(sidecar.content, mountsOf(sidecar), volume);
}

/** The same where the content is at a path of containers that have these mounts. */
export function contentBelow(
  content: string,
  mounts: readonly VolumeMount[],
  volume: string,
): string | undefined {
  const root = mounts.find(
    ({ name, mountPath }) => name === volume && isAtOrBelow(content, mountPath),
  )?.mountPath;
  return root === undefined ? undefined : content.slice(withoutTrailingSlash(root).length);
}
