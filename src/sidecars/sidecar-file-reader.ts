import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../files/read-text-file.ts';
import { InjectorError } from '../injector-error.ts';
import { isDefinitionFile, maxDefinitionBytes } from './definition-file.ts';
import { isSameFile, type SidecarFile } from './sidecar-set.ts';

export interface SidecarFileReaderOptions {
  /** Milliseconds of a clock that is never set; by default `performance.now`. */
  readonly now?: () => number;
  /** What tells one state of a file or directory from another; by default {@link identityOf}. */
  readonly identify?: (path: string) => Promise<string>;
}

/**
 * Reads the definitions in a directory again and again, and each time no more of it than may have changed: all YAML files
 * but hidden ones and `kustomization.yaml`.
 *
 * A file is read when the system says that it is another one than before, and again at the next look. What changes after
 * that does not show where the times of a file system are coarse: so it is read once more when some seconds have passed,
 * and now and then whatever the system says.
 */
export class SidecarFileReader {
  readonly #directory: string;
  readonly #now: () => number;
  readonly #identify: (path: string) => Promise<string>;
  /** The path that the files are at now. */
  #version = '';
  #listing: Seen<readonly string[]> | undefined;
  #files = new Map<string, Seen<SidecarFile>>();
  /** The file that the next look begins with, where not all are looked at. */
  #next = 0;

  constructor(
    directory: string,
    { now = () => performance.now(), identify = identityOf }: SidecarFileReaderOptions = {},
  ) {
    this.#directory = directory;
    this.#now = now;
    this.#identify = identify;
  }

  /** Looks once. Rejects where the directory cannot be read. */
  async read(): Promise<readonly SidecarFile[]> {
    // In a mounted ConfigMap `..data` is a link to the present version of all files: one look sees one version.
    const version = await realpath(join(this.#directory, '..data')).catch(() => this.#directory);
    if (version !== this.#version) this.#forget(version);
    this.#listing = await this.#see(version, this.#listing, async () => (await namesIn(version)).toSorted());
    const names = this.#listing.value;
    const isInTurn = this.#turnAmong(names.length);
    const isQuiet =
      isSeenTwice(this.#listing) &&
      [...this.#files.values()].every(seen => isUnread(seen) || isSeenTwice(seen));
    if (!isQuiet || (await this.#look(names, isInTurn))) await this.#look(names, () => true);
    const [next] = names.slice(maxFiles);
    const files = [...this.#files.values()].map(({ value }) => value);
    return next === undefined ? files : [...files, beyond(next, names.length - maxFiles - 1)];
  }

  #forget(version: string): void {
    this.#version = version;
    this.#listing = undefined;
    this.#files = new Map();
  }

  /** Some files after the other, so that what a look costs does not grow with them. */
  #turnAmong(count: number): (index: number) => boolean {
    const from = this.#next < count ? this.#next : 0;
    this.#next = from + filesPerLook;
    return index => index >= from && index < from + filesPerLook;
  }

  /**
   * Looks at some files, and says whether any of them is another one than before: whoever changed it may have changed more.
   * One after the other, because a file system that hangs then holds one of Node's few threads for files, not all of them.
   */
  async #look(names: readonly string[], isInTurn: (index: number) => boolean): Promise<boolean> {
    const before = this.#files;
    this.#files = new Map();
    let bytes = 0;
    let isChanged = false;
    for (const [index, name] of names.slice(0, maxFiles).entries()) {
      const known = before.get(name);
      const isFull = bytes + maxDefinitionBytes > maxBytes;
      const seen = isFull
        ? notRead(name)
        : known && !isInTurn(index)
          ? known
          : await this.#seeFile(name, known);
      this.#files.set(name, seen);
      bytes += seen.value.text === undefined ? 0 : Buffer.byteLength(seen.value.text);
      isChanged ||= !isSame(known, seen);
    }
    return isChanged;
  }

  #seeFile(name: string, known: Seen<SidecarFile> | undefined): Promise<Seen<SidecarFile>> {
    const before = known && !isUnread(known) ? known : undefined;
    return this.#see(join(this.#version, name), before, () => readSidecarFile(this.#version, name));
  }

  async #see<T>(path: string, known: Seen<T> | undefined, read: () => Promise<T>): Promise<Seen<T>> {
    // Before it is read: a change between the two shows at the next look.
    const identity = await this.#identify(path).catch(() => undefined);
    const readMs = this.#now();
    const isKnown = known !== undefined && known.identity === identity;
    const isSure = isKnown && identity !== undefined && !isDue(known, readMs);
    return isSure
      ? known
      : { identity, value: await read(), seenMs: isKnown ? known.seenMs : readMs, readMs };
  }
}

/** What was read, with what the system said of it. */
interface Seen<T> {
  /** Undefined where the system does not say. */
  readonly identity: string | undefined;
  readonly value: T;
  /** When it was first seen like that, and when it was last read. */
  readonly seenMs: number;
  readonly readMs: number;
}

/** Times of a file system may be two seconds apart: what is written meanwhile can look like what was there. */
const settledMs = 3000;

/** For file systems that do not tell of a change at all. */
const sureMs = 60_000;

/** More than most clusters have, and few enough to cost next to nothing twice a second. */
const filesPerLook = 25;

function isSeenTwice({ seenMs, readMs }: Seen<unknown>): boolean {
  return readMs > seenMs;
}

/** Whether it is to be read although the system says that it is the same. */
function isDue(seen: Seen<unknown>, nowMs: number): boolean {
  const wasSettled = seen.readMs - seen.seenMs >= settledMs;
  const isSettled = nowMs - seen.seenMs >= settledMs;
  return !isSeenTwice(seen) || (isSettled && !wasSettled) || nowMs - seen.readMs >= sureMs;
}

/** Why a file cannot be read may lie elsewhere. */
function isUnread({ value }: Seen<SidecarFile>): boolean {
  return value.text === undefined;
}

function isSame(known: Seen<SidecarFile> | undefined, seen: Seen<SidecarFile>): boolean {
  return known?.identity === seen.identity && isSameFile(seen.value, known?.value);
}

/** Device and number of what is there, its length, and when it was changed: the last of these nobody can set. */
export async function identityOf(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

/** A ConfigMap holds at most 1 MiB, all its keys together; several can be mounted in one place. */
const maxBytes = 8 * 1024 * 1024;

const maxFiles = 1000;

/** Beside definitions there may be other files; a directory with more than this was not meant. */
const maxEntries = 10_000;

async function namesIn(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  let entries = 0;
  for await (const { name } of await opendir(directory, { bufferSize: 1000 })) {
    if (++entries > maxEntries) throw new InjectorError(`more than ${maxEntries} files in ${directory}`);
    if (isDefinitionFile(name)) names.push(name);
  }
  return names;
}

function notRead(name: string): Seen<SidecarFile> {
  return { identity: undefined, value: { name, unreadable: full }, seenMs: 0, readMs: 0 };
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
