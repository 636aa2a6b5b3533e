import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InjectorError } from '../../injector-error.ts';

/** Where a manifest is: in a file, or in standard input. */
export interface ManifestSource {
  /** As messages name it. */
  readonly name: string;
  readonly path: string | undefined;
  /** Set where it was read already and cannot be read again. */
  readonly reading?: Promise<string>;
}

/**
 * Finds the manifests that paths name, in their order and each once: files, and those below directories by name.
 * Directories of tools, whose names begin with a dot, are none of the user's.
 *
 * @throws InjectorError naming a path that cannot be read, or a directory without manifests.
 */
export async function findManifests(paths: readonly string[]): Promise<readonly ManifestSource[]> {
  const found = new Map<string, ManifestSource>();
  for (const path of paths) {
    const files = path === '-' ? [undefined] : await filesAt(path);
    for (const file of files) {
      const key = file === undefined ? '-' : await realpath(file).catch(() => file);
      if (!found.has(key)) found.set(key, { name: file ?? 'standard input', path: file });
    }
  }
  return [...found.values()];
}

async function filesAt(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const files = await filesBelow(path);
    if (files.length > 0) return files;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw new InjectorError(`no manifests in "${path}"; they are files that end in ${endings.join(', ')}`);
}

const endings = ['.yaml', '.yml', '.json'] as const;

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!isOfTools(entry.name)) files.push(...(await filesBelow(path)));
    } else if (isManifest(entry)) files.push(path);
  }
  return files;
}

/** What is neither a file nor a link, such as a pipe, would be waited for. */
function isManifest(entry: Dirent): boolean {
  return (entry.isFile() || entry.isSymbolicLink()) && endings.some(ending => entry.name.endsWith(ending));
}

function isOfTools(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/** A path that cannot be read, in words. */
export function unreadable(path: string, cause: unknown): InjectorError {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  const reason = isMissing
    ? 'there is no such file or directory'
    : cause instanceof Error
      ? cause.message
      : String(cause);
  return new InjectorError(`cannot read "${path}": ${reason}`, { cause });
}
