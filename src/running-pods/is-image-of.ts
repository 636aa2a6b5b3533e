import { splitImage } from '../image-registry.ts';
import type { ContainerStatus } from '../kubernetes/running-pod.ts';

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

/**
 * With the registry, the folder and the tag that are meant where none is written.
 * https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
function fullName(image: string): string {
  const isWhole = splitImage(image).registry !== undefined;
  const path = isWhole ? image : `docker.io/${image.includes('/') ? image : `library/${image}`}`;
  return path.slice(path.lastIndexOf('/')).includes(':') ? path : `${path}:latest`;
}
