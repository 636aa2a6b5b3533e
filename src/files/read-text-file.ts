import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { InjectorError } from '../injector-error.ts';

/**
 * Reads a text from a regular file, or from what a link leads to. What is no regular file is not opened: a named pipe
 * would wait for a writer, a device may never end. The size is looked at first, and never more than `maxBytes` are read,
 * because a file may grow meanwhile and those of `/proc` tell no size.
 *
 * @throws InjectorError where it is no regular file or is larger than that; the error of the system where it cannot be read.
 */
export async function readTextFile(path: string, maxBytes: number): Promise<string> {
  checkFile(await stat(path), maxBytes);
  // Another file may stand there by now; not to wait for a pipe is why it is opened like that.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = checkFile(await handle.stat(), maxBytes);
    return (await readAtMost(handle, size, maxBytes)).toString('utf8');
  } finally {
    await handle.close();
  }
}

function checkFile(found: Stats, maxBytes: number): Stats {
  if (!found.isFile()) throw new InjectorError(`this is ${kindOf(found)}; use a regular file`);
  if (found.size > maxBytes) throw tooLarge(maxBytes);
  return found;
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory';
  if (found.isFIFO()) return 'a named pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}

async function readAtMost(handle: FileHandle, size: number, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    // One byte more than it should have: where that comes too, the file has grown.
    const chunk = Buffer.allocUnsafe(bytes === 0 ? size + 1 : chunkBytes);
    const { bytesRead } = await handle.read(chunk);
    if (bytesRead === 0) return Buffer.concat(chunks);
    bytes += bytesRead;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk.subarray(0, bytesRead));
  }
}

const chunkBytes = 16 * 1024;

function tooLarge(maxBytes: number): InjectorError {
  return new InjectorError(`the file is larger than ${Math.floor(maxBytes / 1024)} KiB`);
}
