import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { readBytes, tooLarge } from '../../files/read-bytes.ts';
import { InjectorError } from '../../injector-error.ts';
import { type ManifestSource, unreadable } from './find-manifests.ts';

/**
 * Reads the text of a manifest, byte for byte: what is no text in UTF-8 could not be written again as it was.
 *
 * @throws InjectorError where it cannot be read, is larger than any manifest, or is no text.
 */
export async function readManifest(
  { name, path, reading }: ManifestSource,
  maxBytes = largestManifest,
): Promise<string> {
  if (reading !== undefined) return reading;
  const bytes = await bytesOf(path, maxBytes).catch((cause: unknown) => {
    throw cause instanceof InjectorError ? cause : unreadable(name, cause);
  });
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below.
  }
  throw new InjectorError(`"${name}" is no text in UTF-8, so it is no manifest`);
}

/** Whether a manifest comes through a pipe, so that it can be read once. */
export async function isReadOnce({ path }: ManifestSource): Promise<boolean> {
  return path === undefined || (await stat(path)).isFIFO();
}

/** The largest manifests of public projects have 5 MiB; reading takes a hundred times as much memory. */
const largestManifest = 32 * 1024 * 1024;

async function bytesOf(path: string | undefined, maxBytes: number): Promise<Uint8Array> {
  if (path === undefined) return readStream(process.stdin, 'standard input', maxBytes);
  // As in `inject -f <(helm template web)`: who names a pipe has a writer for it.
  if ((await stat(path)).isFIFO()) return readStream(createReadStream(path), path, maxBytes);
  return readBytes(path, maxBytes);
}

async function readStream(
  stream: AsyncIterable<Uint8Array | string>,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const content = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    bytes += content.byteLength;
    if (bytes > maxBytes) throw tooLarge(name, maxBytes);
    chunks.push(content);
  }
  return Buffer.concat(chunks);
}
