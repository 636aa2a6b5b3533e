/**
 * How a sidecar restarts without another image: Kubernetes lets the image of a container change in a pod that runs, and
 * compares it as a text. The same image by its digest is another text, so that the kubelet ends the container and makes a
 * new one, of an image that the node has.
 */
import type { SidecarStatus } from '../injection/status/pod-status.ts';
import type { ContainerStatus } from '../kubernetes/running-pod.ts';
import { fullRepository, splitImageName } from './image-name.ts';

/**
 * The digest of the image that a container was made of, as its registry names it. Undefined where nothing tells: the image
 * was never pulled, only imported, the node knows it by another repository, whose digest need not be that of this one, or
 * the container is still that of another image.
 */
export function runningDigest(image: string, status: ContainerStatus | undefined): string | undefined {
  const { repository, tag, digest } = splitImageName(image);
  if (digest !== undefined) return digest;
  const running = splitImageName(withoutScheme(status?.imageID ?? ''));
  if (fullRepository(running.repository) !== fullRepository(repository)) return undefined;
  const named = splitImageName(status?.image ?? '');
  // While the kubelet has not made the next one yet, the status tells of the one before.
  const isBefore =
    fullRepository(named.repository) === fullRepository(repository) &&
    named.tag !== undefined &&
    named.tag !== (tag ?? 'latest');
  return isBefore ? undefined : running.digest;
}

/** Some runtimes write where the image came from before it. */
function withoutScheme(imageId: string): string {
  const end = imageId.indexOf('://');
  return end < 0 ? imageId : imageId.slice(end + 3);
}

/**
 * The same image, written otherwise than now: with its tag before the digest and without it, in turns. Where there is a
 * digest runtimes do not look at the tag.
 */
export function sameImageOtherwise(image: string, digest: string, meant: string): string {
  const { repository } = splitImageName(image);
  const { tag = 'restarted' } = splitImageName(meant);
  const withTag = `${repository}:${tag}@${digest}`;
  return image === withTag ? `${repository}@${digest}` : withTag;
}

/** The image that a container stands for: the one before, where a restart wrote the same one otherwise. */
export function meantImage<Image extends string | undefined>(
  image: Image,
  { restartedAs, restartedFrom }: Pick<SidecarStatus, 'restartedAs' | 'restartedFrom'>,
): Image | string {
  return image !== undefined && image === restartedAs ? (restartedFrom ?? image) : image;
}
