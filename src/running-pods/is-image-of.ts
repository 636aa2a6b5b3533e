import type { ContainerStatus } from '../kubernetes/running-pod.ts';
import { fullRepository, splitImageName } from './image-name.ts';

/**
 * Whether a container runs this image, by what its status says: under the same name, or by its digest. A runtime names one
 * image by any of the names that it has for it, so that a no is no proof.
 */
export function isImageOf(image: string, { image: named, imageID }: ContainerStatus): boolean {
  const digest = digestOf(image);
  if (digest !== undefined) return digest === digestOf(imageID ?? '') || digest === digestOf(named ?? '');
  return Boolean(named) && fullName(image) === fullName(named ?? '');
}

function digestOf(image: string): string | undefined {
  return /sha256:[0-9a-f]{64}$/.exec(image)?.[0];
}

/** With all that is meant where it is not written. */
function fullName(image: string): string {
  const { repository, tag = 'latest' } = splitImageName(image);
  return `${fullRepository(repository)}:${tag}`;
}
