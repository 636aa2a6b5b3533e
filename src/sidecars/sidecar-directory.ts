import { opendir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { readTextFile } from '../files/read-text-file.ts';
import { InjectorError } from '../injector-error.ts';
import { repeat } from '../repeat.ts';
import { isDefinitionFile, maxDefinitionBytes } from './definition-file.ts';
import {
  emptySidecarSet,
  loadSidecarFiles,
  type SidecarFile,
  type SidecarSet,
  type SidecarSettings,
} from './sidecar-set.ts';

export interface SidecarDirectoryOptions {
  readonly path: string;
  readonly settings?: SidecarSettings;
  /** Called after a change came into force or was rejected, with the set before it. */
  readonly onChange?: (set: SidecarSet, previous: SidecarSet) => void;
  /** Called when the directory as a whole can no longer be read, and with undefined when it can; the set in force stays. */
  readonly onProblem?: (problem: string | undefined) => void;
  /** Reads the files; by default {@link readSidecarFiles}. */
  readonly read?: (path: string) => Promise<readonly SidecarFile[]>;
}

/**
 * The definitions in a directory, followed while the program runs.
 *
 * The files are read twice a second and compared as texts. That is cheap for a handful of small files, works on every
 * file system, follows the symlink swap of a mounted ConfigMap, and needs no events that could be lost. A change counts
 * when two readings in a row agree, so that half-written files are not taken. A reading begins half a second after the
 * one before has ended, however long that took.
 */
export class SidecarDirectory {
  readonly #options: SidecarDirectoryOptions;
  #current = emptySidecarSet;
  #applied: readonly SidecarFile[] = [];
  #candidate: readonly SidecarFile[] | undefined;
  #problem: string | undefined;
  #stop: (() => void) | undefined;

  constructor(options: SidecarDirectoryOptions) {
    this.#options = options;
  }

  /** The set in force. */
  get current(): SidecarSet {
    return this.#current;
  }

  /** Reads the directory for the first time. Rejects where it cannot be read at all. */
  async load(): Promise<void> {
    await this.#apply(await this.#read());
  }

  /** Follows the directory until stopped. */
  start(): void {
    this.#stop = repeat(() => this.refresh(), pauseMs);
  }

  stop(): void {
    this.#stop?.();
  }

  /** Looks once: a change is taken when the look before saw it too. Never rejects. */
  async refresh(): Promise<void> {
    try {
      await this.#take(await this.#read());
      this.#tell(undefined);
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  #read(): Promise<readonly SidecarFile[]> {
    const { path, read = readSidecarFiles } = this.#options;
    return read(path);
  }

  async #take(files: readonly SidecarFile[]): Promise<void> {
    const isKnown = isSame(files, this.#applied);
    const isSettled = !isKnown && this.#candidate !== undefined && isSame(files, this.#candidate);
    this.#candidate = isKnown || isSettled ? undefined : files;
    if (isSettled) await this.#apply(files);
  }

  #tell(problem: string | undefined): void {
    if (problem !== this.#problem) this.#options.onProblem?.(problem);
    this.#problem = problem;
  }

  /** Requests are served between one file and the next; they see the set before until all are read. */
  async #apply(files: readonly SidecarFile[]): Promise<void> {
    this.#applied = files;
    const previous = this.#current;
    const loading = loadSidecarFiles(previous, files, this.#options.settings);
    let step = loading.next();
    while (!step.done) {
      await turn();
      step = loading.next();
    }
    this.#current = step.value;
    this.#options.onChange?.(this.#current, previous);
  }
}

const pauseMs = 500;

/** A ConfigMap holds at most 1 MiB, all its keys together; several can be mounted in one place. */
const maxBytes = 8 * 1024 * 1024;

const maxFiles = 1000;

/** Beside definitions there may be other files; a directory with more than this was not meant. */
const maxEntries = 10_000;

/** Reads the definitions in a directory: all YAML files but hidden ones and `kustomization.yaml`. */
export async function readSidecarFiles(directory: string): Promise<readonly SidecarFile[]> {
  // In a mounted ConfigMap `..data` is a link to the present version of all files: one look sees one version.
  const version = await realpath(join(directory, '..data')).catch(() => directory);
  const names = (await namesIn(version)).toSorted();
  const files: SidecarFile[] = [];
  let bytes = 0;
  // One after the other: a file system that hangs holds one of Node's few threads for files, not all of them.
  for (const name of names.slice(0, maxFiles)) {
    const file =
      bytes + maxDefinitionBytes > maxBytes
        ? { name, unreadable: full }
        : await readSidecarFile(version, name);
    bytes += file.text === undefined ? 0 : Buffer.byteLength(file.text);
    files.push(file);
  }
  const [next] = names.slice(maxFiles);
  return next === undefined ? files : [...files, beyond(next, names.length - maxFiles - 1)];
}

async function namesIn(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  let entries = 0;
  for await (const { name } of await opendir(directory)) {
    if (++entries > maxEntries) throw new InjectorError(`more than ${maxEntries} files in ${directory}`);
    if (isDefinitionFile(name)) names.push(name);
  }
  return names;
}

const full = `not read: the definitions before it take ${maxBytes / 1024 / 1024} MiB, which is the most`;

/** Reads one definition, which has the name in the directory. */
export async function readSidecarFile(directory: string, name: string): Promise<SidecarFile> {
  try {
    return { name, text: await readTextFile(join(directory, name), maxDefinitionBytes) };
  } catch (error) {
    return { name, unreadable: error instanceof Error ? error.message : String(error) };
  }
}

function beyond(name: string, others: number): SidecarFile {
  const more = others === 0 ? '' : ` and ${others} more after it`;
  return { name, unreadable: `not read${more}: a directory holds at most ${maxFiles} definitions` };
}

function isSame(a: readonly SidecarFile[], b: readonly SidecarFile[]): boolean {
  return a.length === b.length && a.every((file, index) => isSameFile(file, b[index]));
}

function isSameFile(a: SidecarFile, b: SidecarFile | undefined): boolean {
  return a.name === b?.name && a.text === b.text && reasonOf(a) === reasonOf(b);
}

function reasonOf(file: SidecarFile): string | undefined {
  return file.text === undefined ? file.unreadable : undefined;
}
