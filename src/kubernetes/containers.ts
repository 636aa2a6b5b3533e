import type { Container, PodSpec } from './pod.ts';

/** The lists of a pod that hold containers. Ephemeral containers are no part of a pod that is being created. */
export type ContainerList = 'initContainers' | 'containers';

export interface PlacedContainer {
  readonly list: ContainerList;
  readonly index: number;
  readonly container: Container;
}

/** Every container of a pod, init containers first, with its place. */
export function placedContainers(spec: PodSpec): readonly PlacedContainer[] {
  const place = (list: ContainerList) =>
    (spec[list] ?? []).map((container, index) => ({ list, index, container }));
  return [...place('initContainers'), ...place('containers')];
}

/**
 * Whether an init container is a native sidecar, which keeps running beside the app (KEP-753). To be asked of init
 * containers only: a regular container may carry a `restartPolicy` too (KEP-5307).
 */
export function isNativeSidecar(initContainer: Container): boolean {
  return initContainer.restartPolicy === 'Always';
}

/**
 * Names the container of a pod that is meant where nobody says which.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container
 */
export const defaultContainerAnnotation = 'kubectl.kubernetes.io/default-container';

/** The resource that limits what is written to the disk of the node. */
export const ephemeralStorage = 'ephemeral-storage';

export function hasStorageLimit({ resources }: Container): boolean {
  return resources?.limits?.[ephemeralStorage] !== undefined;
}
