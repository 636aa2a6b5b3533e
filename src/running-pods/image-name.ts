import { splitImage } from '../image-registry.ts';

/** The name of an image in its parts. https://kubernetes.io/docs/concepts/containers/images/#image-names */
export interface ImageName {
  /** As it is written, without tag and digest. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** As in `sha256:…`. */
  readonly digest: string | undefined;
}

export function splitImageName(image: string): ImageName {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  const named = digest === undefined ? image : image.slice(0, -digest.length - 1);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  return {
    repository: hasTag ? named.slice(0, colon) : named,
    tag: hasTag ? named.slice(colon + 1) : undefined,
    digest,
  };
}

/** With the registry and the folder that are meant where none is written. */
export function fullRepository(repository: string): string {
  if (splitImage(repository).registry !== undefined) return repository;
  return `docker.io/${repository.includes('/') ? repository : `library/${repository}`}`;
}
