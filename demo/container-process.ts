import { join } from 'node:path';
import type { V1Container, V1EnvVar, V1Pod, V1VolumeMount } from '@kubernetes/client-node';
import { expand } from '../test/kubelet-expansion.ts';
import { withMovedPaths } from '../test/pod-paths.ts';

/** A container as a process of this machine. */
export interface ContainerProcess {
  /** The name of the program that its image holds. */
  readonly imageProgram: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The directories that stand for its mounts, by mount path. */
  readonly places: ReadonlyMap<string, string>;
}

/**
 * Makes a process of a container as the kubelet would: references in commands, arguments and variables are put in. Its
 * volumes are directories below one of this machine, and paths below a mount lead there.
 *
 * @throws Error where the container has what is not to be had without a kubelet.
 */
export function containerProcess(pod: V1Pod, name: string, directory: string): ContainerProcess {
  const container = findContainer(pod, name);
  const places = placesOf(pod, container, directory);
  const env: Record<string, string> = {};
  for (const variable of container.env ?? []) {
    env[variable.name] = expand(textOf(pod, variable), reference(env));
  }
  if (container.envFrom?.length) throw new Error(`container ${name}: envFrom takes a cluster that runs pods`);
  const here = (text: string) => withMovedPaths(expand(text, reference(env)), places);
  return {
    imageProgram: programOf(container),
    command: (container.command ?? []).map(here),
    args: (container.args ?? []).map(here),
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, withMovedPaths(value, places)])),
    places,
  };
}

/** A container or init container of a pod. */
function findContainer({ spec }: V1Pod, name: string): V1Container {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const found = containers.find(container => container.name === name);
  if (found !== undefined) return found;
  throw new Error(`no container ${name} in the pod, but ${containers.map(each => each.name).join(', ')}`);
}

/**
 * The directory that stands for one that a container mounts, or has below a mount.
 *
 * @throws Error where it mounts nothing there, or what only a kubelet has.
 */
export function mountedDirectory(
  pod: V1Pod,
  { container: name, path }: { readonly container: string; readonly path: string },
  directory: string,
): string {
  const container = findContainer(pod, name);
  const mount = (container.volumeMounts ?? [])
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`))
    .toSorted((one, other) => other.mountPath.length - one.mountPath.length)[0];
  if (mount === undefined) throw new Error(`container ${name}: mounts nothing at or above ${path}`);
  const [mountPath, place] = placeOf(pod, { container, mount }, directory);
  return join(place, path.slice(mountPath.length));
}

function placesOf(pod: V1Pod, container: V1Container, directory: string): ReadonlyMap<string, string> {
  const mounts = container.volumeMounts ?? [];
  return new Map(mounts.map(mount => placeOf(pod, { container, mount }, directory)));
}

function placeOf(
  pod: V1Pod,
  { container, mount }: { readonly container: V1Container; readonly mount: V1VolumeMount },
  directory: string,
): readonly [string, string] {
  const { name, mountPath, subPath = '' } = mount;
  if (isEmptyDirectory(pod, mount)) return [mountPath, join(directory, name, subPath)];
  throw new Error(
    `container ${container.name}: volume ${name} at ${mountPath} is no emptyDir; only a kubelet has what it holds`,
  );
}

function isEmptyDirectory({ spec }: V1Pod, { name, subPathExpr }: V1VolumeMount): boolean {
  const volume = spec?.volumes?.find(candidate => candidate.name === name);
  return volume?.emptyDir !== undefined && subPathExpr === undefined;
}

function textOf({ metadata }: V1Pod, { name, value, valueFrom }: V1EnvVar): string {
  if (!valueFrom) return value ?? '';
  const path = valueFrom.fieldRef?.fieldPath;
  if (path === 'metadata.name') return metadata?.name ?? '';
  if (path === 'metadata.namespace') return metadata?.namespace ?? '';
  if (path === 'metadata.uid') return metadata?.uid ?? '';
  throw new Error(`variable ${name}: ${JSON.stringify(valueFrom)} is known to a kubelet only`);
}

/** What the kubelet puts in for `$(NAME)`: a variable that came before, or the text itself. */
function reference(env: Readonly<Record<string, string>>) {
  return (name: string) => env[name] ?? `$(${name})`;
}

/** The last part of the name of an image, without tag and digest: git-sync of registry.k8s.io/git-sync/git-sync:v4.7.1. */
function programOf({ name, image = '' }: V1Container): string {
  const program = /([^/:@]+)(?::[^/@]+)?(?:@[^/]+)?$/.exec(image)?.[1];
  if (program === undefined)
    throw new Error(`container ${name}: no program in the name of the image "${image}"`);
  return program;
}
