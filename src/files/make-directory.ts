import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a directory, and those above it that are missing. Each is tried once or twice: the `recursive` of Node.js tries for
 * ever, and does not let the process end, where the system says that what is there is missing, as it does in `/proc`.
 *
 * @throws the error of the system where one cannot be made, or where something else has that name.
 */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  const missing: string[] = [];
  for (let directory = resolve(path); !(await isDirectory(directory)); directory = dirname(directory)) {
    missing.push(directory);
  }
  for (const directory of missing.toReversed()) {
    await mkdir(directory, mode).catch(async (error: NodeJS.ErrnoException) => {
      // Somebody else was faster.
      if (error.code !== 'EEXIST' || !(await isDirectory(directory))) throw error;
    });
  }
}

/** What cannot be looked at, as below a file, is left to the attempt to make it, whose error says why. */
async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? dirname(path) === path;
}
