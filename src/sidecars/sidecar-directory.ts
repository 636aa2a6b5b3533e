import { inTurns } from '../in-turns.ts';
import { repeat } from '../repeat.ts';
import { SidecarFileReader } from './sidecar-file-reader.ts';
import {
  emptySidecarSet,
  isSameFile,
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
  /** Reads the files; by default a {@link SidecarFileReader}. */
  readonly read?: (path: string) => Promise<readonly SidecarFile[]>;
  /** Milliseconds of a clock that is never set; by default `performance.now`. */
  readonly now?: () => number;
}

/**
 * The definitions in a directory, followed while the program runs.
 *
 * It is looked at twice a second, and what may have changed is read and compared as text. That works on every file system,
 * follows the symlink swap of a mounted ConfigMap, and needs no events that could be lost. A change counts when two looks
 * in a row agree, so that half-written files are not taken. A look begins half a second after the one before has ended,
 * however long that took.
 */
export class SidecarDirectory {
  readonly #options: SidecarDirectoryOptions;
  readonly #now: () => number;
  readonly #read: () => Promise<readonly SidecarFile[]>;
  #current = emptySidecarSet;
  #applied: readonly SidecarFile[] = [];
  #candidate: readonly SidecarFile[] | undefined;
  #problem: string | undefined;
  #stop: (() => void) | undefined;

  constructor(options: SidecarDirectoryOptions) {
    const { path, read, now = () => performance.now() } = options;
    const reader = new SidecarFileReader(path, { now });
    this.#options = options;
    this.#now = now;
    this.#read = read ? () => read(path) : () => reader.read();
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

  /** Requests are served meanwhile; they see the set before until all is read. */
  async #apply(files: readonly SidecarFile[]): Promise<void> {
    this.#applied = files;
    const previous = this.#current;
    this.#current = await inTurns(loadSidecarFiles(previous, files, this.#options.settings), this.#now);
    this.#options.onChange?.(this.#current, previous);
  }
}

const pauseMs = 500;

/** Reads the definitions in a directory once. */
export function readSidecarFiles(directory: string): Promise<readonly SidecarFile[]> {
  return new SidecarFileReader(directory).read();
}

function isSame(a: readonly SidecarFile[], b: readonly SidecarFile[]): boolean {
  return a.length === b.length && a.every((file, index) => isSameFile(file, b[index]));
}
