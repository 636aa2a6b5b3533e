import { placedContainers } from '../kubernetes/containers.ts';
import { isObject } from '../kubernetes/json.ts';
import type { Container } from '../kubernetes/pod.ts';
import type { RunningPod } from '../kubernetes/running-pod.ts';

/** The image of a container of a pod; undefined where there is none. */
export function imageIn({ spec }: RunningPod, name: string): string | undefined {
  return imageOf(placedContainers(spec).find(({ container }) => container.name === name)?.container);
}

/** The image that a container is written with. */
export function imageOf(container: Container | undefined): string | undefined {
  const image = isObject(container) ? container['image'] : undefined;
  return typeof image === 'string' ? image : undefined;
}
