import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { InjectorError } from '../injector-error.ts';

/**
 * Reads a regular file, or what a link leads to. What is no regular file is not opened: a named pipe
 * would wait for a writer, a device may never end. The size is looked at first, and never more than `maxBytes` are read,
 * because a file may grow meanwhile and those of `/proc` tell no size.
 *
 * @throws InjectorError where it is no regular file or is larger than that; the error of the system where it cannot be read.
 */
export async function readBytes(path: string, maxBytes: number): Promise<Buffer> {
  checkFile(path, await stat(path), maxBytes);
  // Another file may stand there by now; not to wait for a pipe is why it is opened like that.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = checkFile(path, await handle.stat(), maxBytes);
    const content = await readAtMost(handle, size, maxBytes);
    if (content.byteLength > maxBytes) throw tooLarge(path, maxBytes);
    return content;
  } finally {
    await handle.close();
  }
}

function checkFile(path: string, found: Stats, maxBytes: number): Stats {
  if (!found.isFile()) throw new InjectorError(`"${path}" is ${kindOf(found)}; use a regular file`);
  if (found.size > maxBytes) throw tooLarge(path, maxBytes);
  return found;
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory';
  if (found.isFIFO()) return 'a named pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}

/** Reads to the end, or until it is more. */
async function readAtMost(handle: FileHandle, size: number, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  while (bytes <= maxBytes) {
    const chunk = Buffer.allocUnsafe(bytes === 0 && size > 0 ? size : chunkBytes);
    const { bytesRead } = await handle.read(chunk);
    if (bytesRead === 0) break;
    bytes += bytesRead;
    chunks.push(chunk.subarray(0, bytesRead));
  }
  return Buffer.concat(chunks);
}

const chunkBytes = 16 * 1024;

/** Says that there is more than may be read. */
export function tooLarge(path: string, maxBytes: number): InjectorError {
  return new InjectorError(`"${path}" is larger than ${Math.floor(maxBytes / 1024)} KiB`);
}
