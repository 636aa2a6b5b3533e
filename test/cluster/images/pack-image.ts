import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '../run.ts';

export interface ImageContent {
  readonly name: string;
  /** Directories whose content becomes one layer each, the lowest first. */
  readonly layers: readonly Layer[];
  /** https://github.com/opencontainers/image-spec/blob/main/config.md#properties, the part `config`. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface Layer {
  readonly directory: string;
  /** Where the owners of the files are those of the machine's, everything belongs to root instead. */
  readonly owners: 'kept' | 'root';
}

/**
 * Packs an image without a container engine and hands the archive, in the format of `docker save`, to `use`. It is
 * removed afterwards.
 */
export async function packImage(
  content: ImageContent,
  use: (archive: string) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sidecar-injector-image-'));
  try {
    const digests: string[] = [];
    for (const [index, layer] of content.layers.entries()) {
      digests.push(await packLayer(layer, join(directory, `layer-${index}.tar`)));
    }
    await writeMetadata(content, digests, directory);
    const archive = join(directory, 'image.tar');
    const files = ['manifest.json', 'config.json', ...digests.map((_, index) => `layer-${index}.tar`)];
    await run('tar', ['--create', '--file', archive, '--directory', directory, ...files]);
    await use(archive);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The same files give the same digest: names sorted, times zero. */
async function packLayer({ directory, owners }: Layer, file: string): Promise<string> {
  const sameTwice = ['--sort=name', '--mtime=@0', '--numeric-owner'];
  const owner = owners === 'root' ? ['--owner=0', '--group=0'] : [];
  await run('tar', ['--create', '--file', file, '--directory', directory, ...sameTwice, ...owner, '.']);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest('hex')}`;
}

async function writeMetadata(
  { name, config }: ImageContent,
  digests: readonly string[],
  directory: string,
): Promise<void> {
  const image = {
    architecture,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: digests },
    history: digests.map(() => ({ created_by: 'sidecar-injector tests' })),
  };
  const layers = digests.map((_, index) => `layer-${index}.tar`);
  await writeFile(join(directory, 'config.json'), JSON.stringify(image));
  await writeFile(
    join(directory, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: layers }]),
  );
}

/** The names of https://go.dev/doc/install/source#environment by those of Node. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** That of this machine. */
export const architecture = architectures[process.arch] ?? process.arch;
