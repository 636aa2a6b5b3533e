import { type Descriptor, digestOf, mediaTypes, type OciLayout } from '../scripts/release/oci-layout.ts';
import { packLayer } from '../scripts/release/pack-layer.ts';

/** An image of one layer, for one kind of machine. */
export interface SmallImage {
  readonly architecture: string;
  /** The directory that is its layer. */
  readonly root: string;
  /** What it says of the process; nothing where it is not said. */
  readonly config?: object;
}

/** Writes images into a layout, as a base for others. What it has beside them says who finishes it. */
export async function writeImages(
  layout: OciLayout,
  images: readonly SmallImage[],
): Promise<readonly Descriptor[]> {
  const manifests: Descriptor[] = [];
  for (const { architecture, root, config = {} } of images) {
    const { tar, compressed } = packLayer(root);
    const layers = [await layout.write(mediaTypes.layer, compressed)];
    const rootfs = { type: 'layers', diff_ids: [digestOf(tar)] };
    const written = await layout.write(mediaTypes.config, { architecture, os: 'linux', config, rootfs });
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: written, layers };
    manifests.push(await layout.write(mediaTypes.manifest, manifest));
  }
  return manifests;
}
