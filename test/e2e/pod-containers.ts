/** What tests look at in the containers of a pod. */
import type { V1Container, V1Pod } from '@kubernetes/client-node';

export function initContainerNames({ spec }: V1Pod): readonly string[] | undefined {
  return spec?.initContainers?.map(({ name }) => name);
}

export function containerNames({ spec }: V1Pod): readonly string[] | undefined {
  return spec?.containers.map(({ name }) => name);
}

export function initContainer({ spec }: V1Pod, name: string): V1Container | undefined {
  return spec?.initContainers?.find(container => container.name === name);
}

/** The name of the first init container of each pod. */
export function firstInitContainers(pods: readonly V1Pod[]): readonly (string | undefined)[] {
  return pods.map(({ spec }) => spec?.initContainers?.[0]?.name);
}

/** All of them, in the order in which they start. */
export function containersOf({ spec }: V1Pod): readonly V1Container[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}

/** The names of the volumes that a container mounts. */
export function mountsOf(pod: V1Pod, name: string): readonly string[] {
  const mounts = containersOf(pod).find(container => container.name === name)?.volumeMounts ?? [];
  return mounts.map(mount => mount.name);
}

/** The containers of the pod that mount the repository, but those of ours. */
export function mounting({ spec }: V1Pod): readonly string[] | undefined {
  const isMounted = ({ name, volumeMounts }: V1Container) =>
    name !== 'git-sync' && volumeMounts?.some(mount => mount.name === 'git-sync');
  return spec?.containers.filter(isMounted).map(({ name }) => name);
}
