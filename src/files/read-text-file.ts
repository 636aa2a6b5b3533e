import { readBytes } from './read-bytes.ts';

/**
 * Reads a text from a regular file, as {@link readBytes} does.
 *
 * @throws InjectorError where it is no regular file or is larger than that; the error of the system where it cannot be read.
 */
export async function readTextFile(path: string, maxBytes: number): Promise<string> {
  return (await readBytes(path, maxBytes)).toString('utf8');
}
