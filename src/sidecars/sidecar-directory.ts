import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarDefaults,
  type SidecarFile,
  type SidecarSet,
} from './sidecar-set.ts';

export interface SidecarDirectoryOptions {
  readonly path: string;
  readonly defaults?: SidecarDefaults;
  /** Called after a change came into force or was rejected, with the set before it. */
  readonly onChange?: (set: SidecarSet, previous: SidecarSet) => void;
  /** Called when the directory as a whole can no longer be read, and with undefined when it can; the set in force stays. */
  readonly onProblem?: (problem: string | undefined) => void;
}

/**
 * The definitions in a directory, followed while the program runs.
 *
 * The files are read twice a second and compared as texts. That is cheap for a handful of small files, works on every
 * file system, follows the symlink swap of a mounted ConfigMap, and needs no events that could be lost. A change counts
 * when two readings in a row agree, so that half-written files are not taken.
 */
export class SidecarDirectory {
  readonly #options: SidecarDirectoryOptions;
  #current = emptySidecarSet;
  #applied: readonly SidecarFile[] = [];
  #candidate: readonly SidecarFile[] | undefined;
  #problem: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SidecarDirectoryOptions) {
    this.#options = options;
  }

  /** The set in force. */
  get current(): SidecarSet {
    return this.#current;
  }

  /** Reads the directory for the first time. Rejects where it cannot be read at all. */
  async load(): Promise<void> {
    this.#apply(await readSidecarFiles(this.#options.path));
  }

  /** Follows the directory until stopped. */
  start(): void {
    this.#timer = setInterval(() => void this.refresh(), pollIntervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Looks once: a change is taken when the look before saw it too. Never rejects. */
  async refresh(): Promise<void> {
    try {
      this.#take(await readSidecarFiles(this.#options.path));
      this.#tell(undefined);
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  #take(files: readonly SidecarFile[]): void {
    const isKnown = isSame(files, this.#applied);
    const isSettled = !isKnown && this.#candidate !== undefined && isSame(files, this.#candidate);
    this.#candidate = isKnown || isSettled ? undefined : files;
    if (isSettled) this.#apply(files);
  }

  #tell(problem: string | undefined): void {
    if (problem !== this.#problem) this.#options.onProblem?.(problem);
    this.#problem = problem;
  }

  #apply(files: readonly SidecarFile[]): void {
    this.#applied = files;
    const previous = this.#current;
    this.#current = nextSidecarSet(previous, files, this.#options.defaults);
    this.#options.onChange?.(this.#current, previous);
  }
}

const pollIntervalMs = 500;

// A ConfigMap holds at most 1 MiB, all its keys together.
const maxFileBytes = 1024 * 1024;

/** Reads the definitions in a directory: all YAML files but hidden ones and `kustomization.yaml`. */
export async function readSidecarFiles(directory: string): Promise<readonly SidecarFile[]> {
  // In a mounted ConfigMap `..data` is a link to the present version of all files: one look sees one version.
  const version = await realpath(join(directory, '..data')).catch(() => directory);
  const names = (await readdir(version)).filter(
    name => /\.ya?ml$/.test(name) && !name.startsWith('.') && !/^kustomization\.ya?ml$/.test(name),
  );
  return Promise.all(names.toSorted().map(name => readSidecarFile(version, name)));
}

async function readSidecarFile(directory: string, name: string): Promise<SidecarFile> {
  try {
    const text = await readFile(join(directory, name), 'utf8');
    return text.length > maxFileBytes
      ? { name, unreadable: 'the file is larger than 1 MiB' }
      : { name, text };
  } catch (error) {
    return { name, unreadable: error instanceof Error ? error.message : String(error) };
  }
}

function isSame(a: readonly SidecarFile[], b: readonly SidecarFile[]): boolean {
  return a.length === b.length && a.every((file, index) => JSON.stringify(file) === JSON.stringify(b[index]));
}
