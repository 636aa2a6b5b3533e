/**
 * Follows what becomes of objects, through everything that ends a watch.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
import { setTimeout } from 'node:timers/promises';
import { at, type JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { listPages, maxObjectBytes, type ObjectPage } from './list-objects.ts';
import { readWatchEvent } from './watch-event.ts';

/** What became of an object. */
export type ObjectEvent<T> =
  /** It was made or changed, or is in a list; not everything that was written before it need be told. */
  | { readonly kind: 'written'; readonly object: T }
  | { readonly kind: 'deleted'; readonly object: T }
  /** All that there are have been told as written just now: what is not among them is gone. */
  | { readonly kind: 'listedAnew'; readonly uids: ReadonlySet<string> };

export interface ObjectWatchOptions<T> {
  /** Of the list of all objects. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** From where to go on, as a list tells it; without it everything is listed first. */
  readonly resourceVersion?: string | undefined;
  /** What throws here is a problem of the watch: everything is listed anew. */
  readonly read: (object: JsonObject) => T;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Called with what is wrong when something is, and with undefined when all is well again. */
  readonly onProblem?: (problem: string | undefined) => void;
  /** Lists all objects, where the usual way does not do. */
  readonly pages?: () => AsyncIterable<ObjectPage>;
  readonly hearing?: Hearing;
  readonly time?: WatchTime;
}

/** Is told when the API server is heard. */
export interface Hearing {
  opened(): void;
  heard(): void;
  closed(): void;
}

export interface WatchTime {
  /** A clock that only goes forward. */
  readonly nowMs: () => number;
  /** Resolves after a time, or at once when it is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  /** How long to wait after so many failures in a row. */
  readonly backOffMs: (failures: number) => number;
}

/**
 * Tells what becomes of the objects at a path until its signal ends it. Whoever listens must not take long: a watch from
 * which nothing is taken for half a minute is broken off, and begun again.
 */
export function watchObjects<T>(
  client: Pick<ApiClient, 'request' | 'openLines'>,
  options: ObjectWatchOptions<T>,
): AsyncGenerator<ObjectEvent<T>, void> {
  return new ObjectWatch(client, options).events();
}

/** How long the API server is asked to keep a watch open. */
const watchSeconds = 20;

/** A watch that has said nothing for longer is broken off. */
export const maxSilenceMs = 30_000;

class ObjectWatch<T> {
  readonly #client: Pick<ApiClient, 'request' | 'openLines'>;
  readonly #options: ObjectWatchOptions<T>;
  readonly #time: WatchTime;
  /** From where to go on; undefined where everything has to be told anew. */
  #resourceVersion: string | undefined;
  #failures = 0;
  #problem: string | undefined;

  constructor(client: Pick<ApiClient, 'request' | 'openLines'>, options: ObjectWatchOptions<T>) {
    this.#client = client;
    this.#options = options;
    this.#time = options.time ?? usualTime;
    this.#resourceVersion = options.resourceVersion;
  }

  async *events(): AsyncGenerator<ObjectEvent<T>, void> {
    const { signal, hearing } = this.#options;
    while (!signal.aborted) {
      let isFutile = true;
      try {
        if (this.#resourceVersion === undefined) yield* this.#list();
        isFutile = yield* this.#follow();
      } catch (error) {
        this.#fail(error);
      }
      hearing?.closed();
      if (isFutile) await this.#time.sleep(this.#time.backOffMs(this.#failures), signal);
    }
  }

  async *#list(): AsyncGenerator<ObjectEvent<T>, void> {
    const { path, query = {}, pages = () => listPages(this.#client, { path, query }) } = this.#options;
    const uids = new Set<string>();
    let version: string | undefined;
    for await (const { items, resourceVersion } of pages()) {
      // Not that of the last page: where the list took longer than its version is kept, changes would be missed.
      version ??= resourceVersion;
      for (const item of items) {
        if (this.#options.signal.aborted) return;
        uids.add(String(at(item, ['metadata', 'uid'])));
        yield { kind: 'written', object: this.#options.read(item) };
      }
    }
    this.#resourceVersion = version;
    yield { kind: 'listedAnew', uids };
  }

  /** Tells what becomes of objects until the watch ends; true where that was at once, for nothing. */
  async *#follow(): AsyncGenerator<ObjectEvent<T>, boolean> {
    const { hearing, read } = this.#options;
    const lines = await this.#open();
    const openedMs = this.#time.nowMs();
    hearing?.opened();
    this.#tell(undefined);
    let isEmpty = true;
    for await (const line of lines) {
      const event = readWatchEvent(line);
      const told = event.type === 'bookmark' ? undefined : { kind: event.type, object: read(event.object) };
      this.#resourceVersion = event.resourceVersion;
      this.#failures = 0;
      isEmpty = false;
      hearing?.heard();
      if (told !== undefined) yield told;
    }
    const isFutile = isEmpty && this.#time.nowMs() - openedMs < futileMs;
    this.#failures = isFutile ? this.#failures + 1 : 0;
    return isFutile;
  }

  #open(): Promise<AsyncGenerator<string, void>> {
    const { path, query, signal } = this.#options;
    const parameters = new URLSearchParams({
      ...query,
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.#resourceVersion ?? '',
      timeoutSeconds: String(watchSeconds),
    });
    return this.#client.openLines({
      ...{ path: `${path}?${parameters}`, maxLineBytes: maxObjectBytes, maxSilenceMs, signal },
    });
  }

  #fail(error: unknown): void {
    this.#failures += 1;
    if (!(error instanceof ApiError) || error.status === gone || this.#failures % maxResumptions === 0) {
      this.#resourceVersion = undefined;
    }
    if (!this.#options.signal.aborted) this.#tell(error instanceof Error ? error.message : String(error));
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onProblem?.(problem);
  }
}

/** The version to go on from is too old. */
const gone = 410;

/** A watch that ends so soon and has said nothing is not opened again at once. */
const futileMs = 1000;

/** Whatever the reason is why a watch cannot be resumed, a new list may help. */
const maxResumptions = 5;

export const usualTime: WatchTime = {
  nowMs: () => performance.now(),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
  backOffMs: failures => Math.min(500 * 2 ** (failures - 1), 30_000),
};
