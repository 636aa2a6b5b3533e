import { splitImage } from '../../image-registry.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';

type Versioned = Pick<SidecarDefinition, 'name' | 'version'>;

/** What the operator says of images. */
export interface ImageSettings {
  /** Images by {@link versionedName}, in place of those of the definitions. */
  readonly images?: Readonly<Record<string, string>> | undefined;
  /** The registry, with an optional path, that replaces the one of every other image. */
  readonly imageRegistry?: string | undefined;
}

/** A definition by its name; `logs.next` where it is the next version of one. */
export function versionedName({ name, version }: Versioned): string {
  return version === undefined ? name : `${name}.${version}`;
}

/**
 * The image of a sidecar as it is pulled: the one that the operator names for it, as it stands, because a digest belongs
 * to its registry; or else that of the definition, from the operator's registry where there is one. What is named for a
 * sidecar is not for its next version, which mostly is there for another image.
 */
export function chooseImage(sidecar: Versioned, defined: string, settings: ImageSettings): string;
export function chooseImage(
  sidecar: Versioned,
  defined: string | undefined,
  settings: ImageSettings,
): string | undefined;
export function chooseImage(
  sidecar: Versioned,
  defined: string | undefined,
  { images = {}, imageRegistry }: ImageSettings,
): string | undefined {
  const name = versionedName(sidecar);
  if (Object.hasOwn(images, name)) return images[name];
  if (defined === undefined || imageRegistry === undefined) return defined;
  return `${imageRegistry}/${splitImage(defined).path}`;
}
