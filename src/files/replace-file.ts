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
  await writeBeside(file, { text, mode }, async temporary => {
    await chown(temporary, uid, gid).catch(() => undefined);
    await chmod(temporary, mode & 0o7777);
  });
}

/**
 * Puts a text into a file that may be there already, which is then replaced as {@link replaceFile} does it.
 *
 * @throws the error of the system; then the file is as it was, or not there.
 */
export async function putFile(path: string, text: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  if (isThere) await replaceFile(path, text);
  else await writeBeside(path, { text, mode: 0o666 });
}

interface NewFile {
  readonly text: string;
  readonly mode: number;
}

/** Writes a file beside the one whose name it gets once all of it is written. */
async function writeBeside(
  file: string,
  { text, mode }: NewFile,
  dress: (temporary: string) => Promise<void> = async () => undefined,
): Promise<void> {
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
    await dress(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
