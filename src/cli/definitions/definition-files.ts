import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InjectorError } from '../../injector-error.ts';
import { isDefinitionFile } from '../../sidecars/definition-file.ts';
import { readSidecarFiles } from '../../sidecars/sidecar-directory.ts';
import { readSidecarFile } from '../../sidecars/sidecar-file-reader.ts';
import type { SidecarFile } from '../../sidecars/sidecar-set.ts';

/** Definitions that would be in force together, each named by its path. */
export type DefinitionFiles = readonly SidecarFile[];

/**
 * Reads what paths name: the files among them as one set, each directory as a set of its own.
 *
 * @throws InjectorError naming a path that cannot be read, holds no definition, or is named twice.
 */
export async function readDefinitionFiles(paths: readonly string[]): Promise<readonly DefinitionFiles[]> {
  await checkTwice(paths);
  const files: SidecarFile[] = [];
  const directories: DefinitionFiles[] = [];
  for (const path of paths) {
    if (await isDirectory(path)) directories.push(await readDirectory(path));
    else files.push(await readFile(path));
  }
  return files.length > 0 ? [files, ...directories] : directories;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function readDirectory(path: string): Promise<DefinitionFiles> {
  const files = await readSidecarFiles(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (files.length === 0)
    throw new InjectorError(`no definitions in "${path}"; they are files that end in .yaml`);
  return files.map(file => ({ ...file, name: join(path, file.name) }));
}

async function readFile(path: string): Promise<SidecarFile> {
  if (!isDefinitionFile(basename(path)))
    throw new InjectorError(`"${path}" is no definition; definitions are files that end in .yaml`);
  return { ...(await readSidecarFile(dirname(path), basename(path))), name: path };
}

/** One file under two paths would be a duplicate of itself. */
async function checkTwice(paths: readonly string[]): Promise<void> {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const real = await realpath(path).catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
    const first = seen.get(real);
    if (first !== undefined) throw new InjectorError(`"${path}" is "${first}" once more; name it once`);
    seen.set(real, path);
  }
}

function unreadable(path: string, cause: unknown): InjectorError {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  const reason = isMissing ? 'there is no such file or directory' : String((cause as Error).message ?? cause);
  return new InjectorError(`cannot read "${path}": ${reason}`, { cause });
}
