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
