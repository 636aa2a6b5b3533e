import { chmod, chown, open, realpath, rename, rm, stat } from 'node:fs/promises';

/**
 * Puts another text into a file, all of it or none: readers see the old one or the new one. Where the path is a link, the
 * file that it leads to is replaced. Its mode stays, and its owner as far as we may say so.
 *
 * @throws the error of the system; then the file is as it was.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const file = await realpath(path);
  const { mode, uid, gid } = await stat(file);
  // In the same directory, so that it is of the same file system.
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'wx', mode);
  try {
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chown(temporary, uid, gid).catch(() => undefined);
    await chmod(temporary, mode & 0o7777);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
