import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** A directory as in https://github.com/opencontainers/image-spec/blob/main/image-layout.md. */
export class OciLayout {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The content of index.json. */
  async index(): Promise<{ readonly manifests: readonly Descriptor[] }> {
    return JSON.parse(await readFile(join(this.directory, 'index.json'), 'utf8'));
  }

  /**
   * Reads a blob of JSON.
   *
   * @throws Error where it is too large, or is not what its digest says.
   */
  async json<T>({ digest, size }: Descriptor): Promise<T> {
    if (size > jsonLimit) throw new Error(`${digest}: ${size} bytes of JSON, more than ${jsonLimit}`);
    const content = await readFile(this.#path(digest));
    const actual = digestOf(content);
    if (actual !== digest) throw new Error(`${this.#path(digest)}: its content has the digest ${actual}`);
    return JSON.parse(content.toString());
  }

  /** Writes a blob and gives what an index or a manifest says of it. */
  async write(mediaType: string, content: Buffer | object): Promise<Descriptor> {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const digest = digestOf(bytes);
    await mkdir(join(this.directory, 'blobs/sha256'), { recursive: true });
    await writeFile(this.#path(digest), bytes);
    return { mediaType, digest, size: bytes.length };
  }

  /**
   * Takes a blob from another layout.
   *
   * @throws Error where its size or its content is not what the descriptor says.
   */
  async copy(from: OciLayout, { digest, size }: Descriptor): Promise<void> {
    const source = from.#path(digest);
    const found = (await stat(source)).size;
    if (found !== size) throw new Error(`${source}: ${found} bytes, not ${size}`);
    const hash = createHash('sha256');
    await pipeline(createReadStream(source), hash);
    const actual = `sha256:${hash.digest('hex')}`;
    if (actual !== digest) throw new Error(`${source}: its content has the digest ${actual}`);
    await mkdir(join(this.directory, 'blobs/sha256'), { recursive: true });
    await copyFile(source, this.#path(digest), constants.COPYFILE_FICLONE);
  }

  /** Writes what makes a directory of blobs a layout. */
  async finish(manifests: readonly Descriptor[]): Promise<void> {
    await writeFile(join(this.directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
    await writeFile(join(this.directory, 'index.json'), JSON.stringify(index));
  }

  #path(digest: string): string {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    if (hex === undefined) throw new Error(`${JSON.stringify(digest)} is no sha256 digest`);
    return join(this.directory, 'blobs/sha256', hex);
  }
}

/** The digest of a blob. */
export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

const jsonLimit = 4 * 1024 * 1024;
