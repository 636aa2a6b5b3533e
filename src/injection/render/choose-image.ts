import { splitImage } from '../../image-registry.ts';

/** What the operator says of images. */
export interface ImageSettings {
  /** Images by sidecar, in place of those of the definitions. */
  readonly images?: Readonly<Record<string, string>> | undefined;
  /** The registry, with an optional path, that replaces the one of every other image. */
  readonly imageRegistry?: string | undefined;
}

/**
 * The image of a sidecar as it is pulled: the one that the operator names for it, as it stands, because a digest belongs
 * to its registry; or else that of the definition, from the operator's registry where there is one.
 */
export function chooseImage(sidecar: string, defined: string, settings: ImageSettings): string;
export function chooseImage(
  sidecar: string,
  defined: string | undefined,
  settings: ImageSettings,
): string | undefined;
export function chooseImage(
  sidecar: string,
  defined: string | undefined,
  { images = {}, imageRegistry }: ImageSettings,
): string | undefined {
  if (Object.hasOwn(images, sidecar)) return images[sidecar];
  if (defined === undefined || imageRegistry === undefined) return defined;
  return `${imageRegistry}/${splitImage(defined).path}`;
}
