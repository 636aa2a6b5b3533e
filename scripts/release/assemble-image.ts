import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { imageProcess } from '../dockerfile.ts';
import { type Descriptor, digestOf, mediaTypes, OciLayout } from './oci-layout.ts';
import type { PackedLayer } from './pack-layer.ts';

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

interface Configuration {
  readonly architecture: string;
  readonly os: string;
  readonly config?: Readonly<Record<string, unknown>> & { readonly Env?: readonly string[] };
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
  readonly history?: readonly object[];
}

/**
 * Puts the layer of the program on a base and writes the image of each platform, and an index over them, into a layout.
 * User, environment, ports and command are those of the Dockerfile.
 *
 * @returns what names the image: the descriptor of its index.
 * @throws Error naming the platform that the base lacks, a blob that is not what it says, or a directory that is no layout.
 */
export async function assembleImage(
  base: OciLayout,
  packed: () => Promise<PackedLayer>,
  output: string,
  platforms: readonly string[],
): Promise<Descriptor> {
  const found = await imagesOf(base);
  const images = platforms.map(platform => {
    const image = found.get(platform);
    if (image === undefined) {
      const known = [...found.keys()].join(', ') || 'no platform';
      throw new Error(`the base in ${base.directory} has no image for ${platform}: it has ${known}`);
    }
    return image;
  });
  if (existsSync(output) && !existsSync(join(output, 'oci-layout'))) {
    throw new Error(`${output} is there and is no OCI layout, so it is not replaced: name another directory`);
  }
  await rm(output, { recursive: true, force: true });
  const layout = new OciLayout(output);
  for (const { manifest } of images) {
    for (const one of manifest.layers) await layout.copy(base, one);
  }
  const layer = await packed();
  const program = await layout.write(mediaTypes.layer, layer.compressed);
  const manifests: Descriptor[] = [];
  for (const image of images) {
    const config = await layout.write(mediaTypes.config, configuration(image.configuration, layer.tar));
    const manifest = await layout.write(mediaTypes.manifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config,
      layers: [...image.manifest.layers.map(asOci), program],
    });
    const { os, architecture } = image.configuration;
    manifests.push({ ...manifest, platform: { os, architecture } });
  }
  const index = await layout.write(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests,
  });
  await layout.finish([index]);
  return index;
}

/** The images of a layout by platform; an index may stand in an index. */
async function imagesOf(base: OciLayout) {
  const images = new Map<string, { manifest: Manifest; configuration: Configuration }>();
  const visit = async (descriptors: readonly Descriptor[], depth: number): Promise<void> => {
    for (const descriptor of descriptors) {
      if (/index|manifest\.list/.test(descriptor.mediaType)) {
        if (depth === 0) throw new Error(`${base.directory}: indexes in indexes in indexes`);
        await visit((await base.json<{ manifests: Descriptor[] }>(descriptor)).manifests, depth - 1);
      } else if (descriptor.platform?.os !== 'unknown') {
        // Attestations have the platform "unknown".
        const manifest = await base.json<Manifest>(descriptor);
        const configuration = await base.json<Configuration>(manifest.config);
        images.set(`${configuration.os}/${configuration.architecture}`, { manifest, configuration });
      }
    }
  };
  await visit((await base.index()).manifests, 2);
  return images;
}

function configuration(base: Configuration, tar: Buffer): object {
  const { nodePath, nodeFlags, program, command, environment, user, ports } = imageProcess();
  const own = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const names = Object.keys(environment).map(name => `${name}=`);
  const kept = (base.config?.Env ?? []).filter(pair => !names.some(name => pair.startsWith(name)));
  return {
    architecture: base.architecture,
    os: base.os,
    created: '1970-01-01T00:00:00Z',
    config: {
      ...base.config,
      User: user,
      WorkingDir: dirname(program),
      Env: [...kept, ...own],
      ExposedPorts: Object.fromEntries(ports.map(port => [`${port}/tcp`, {}])),
      Entrypoint: [nodePath, ...nodeFlags, program],
      Cmd: command,
    },
    rootfs: { type: 'layers', diff_ids: [...base.rootfs.diff_ids, digestOf(tar)] },
    history: [
      ...(base.history ?? []),
      { created: '1970-01-01T00:00:00Z', created_by: 'scripts/release/image.ts' },
    ],
  };
}

/** Docker's media types for layers by those of OCI: a manifest may not mix them. */
function asOci(layer: Descriptor): Descriptor {
  const docker = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
  return layer.mediaType === docker ? { ...layer, mediaType: mediaTypes.layer } : layer;
}
