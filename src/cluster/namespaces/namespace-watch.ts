/**
 * Knows the namespaces of the cluster: lists them once and then watches what becomes of them.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
import type { NamespaceFacts } from '../../namespaces/namespace-facts.ts';
import type { ApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import { namespacesPath } from '../namespace-objects.ts';
import { Freshness, maxSilenceMs, watchSeconds } from './freshness.ts';
import { listNamespaces, maxNamespaceBytes } from './list-namespaces.ts';
import { NamespaceView } from './namespace-view.ts';
import { readWatchEvent } from './watch-event.ts';

export interface NamespaceWatchOptions {
  readonly client: Pick<ApiClient, 'request' | 'openLines'>;
  /** A clock that only goes forward. */
  readonly nowMs: () => number;
  /** Resolves after a time, or at once when it is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** How long to wait after so many failures in a row. */
  readonly backOffMs: (failures: number) => number;
  /** Called with what is wrong when something is, and with undefined when all is well again. */
  readonly onProblem: (problem: string | undefined) => void;
}

export class NamespaceWatch {
  readonly #options: NamespaceWatchOptions;
  readonly #stopping = new AbortController();
  readonly #freshness: Freshness;
  #view: NamespaceView | undefined;
  /** From where to go on; undefined where everything has to be told anew. */
  #resourceVersion: string | undefined;
  #failures = 0;
  #problem: string | undefined;

  constructor(options: NamespaceWatchOptions) {
    this.#options = options;
    this.#freshness = new Freshness(options.nowMs);
  }

  /** Goes on until stopped, whatever happens. */
  start(): void {
    void this.#goOn();
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** What was last told of a namespace. */
  get(name: string): NamespaceFacts | undefined {
    return this.#view?.get(name);
  }

  /** Undefined before the first list. */
  get size(): number | undefined {
    return this.#view?.size;
  }

  /** Whether what is known is as of less than a second ago. */
  get isFresh(): boolean {
    return this.#freshness.isFresh;
  }

  get silentMs(): number {
    return this.#freshness.silentMs;
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const hasFailed = await this.#list()
        .then(() => this.#follow())
        .catch((error: unknown) => this.#fail(error));
      this.#freshness.closed();
      if (hasFailed) await this.#options.sleep(this.#options.backOffMs(this.#failures), signal);
    }
  }

  /** Has everything told anew where that has to be. */
  async #list(): Promise<void> {
    if (this.#resourceVersion !== undefined) return;
    const view = new NamespaceView();
    let version: string | undefined;
    for await (const { facts, resourceVersion } of listNamespaces(this.#options.client)) {
      if (this.#stopping.signal.aborted) return;
      for (const namespace of facts) view.set(namespace);
      version = resourceVersion;
    }
    this.#view = view;
    this.#resourceVersion = version;
    this.#freshness.listed();
  }

  /** Takes in what becomes of namespaces until the watch ends; true where that was at once, for nothing. */
  async #follow(): Promise<boolean> {
    const { client, nowMs } = this.#options;
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.#resourceVersion ?? '',
      timeoutSeconds: String(watchSeconds),
    });
    const lines = await client.openLines({
      path: `${namespacesPath}?${query}`,
      maxLineBytes: maxNamespaceBytes,
      maxSilenceMs,
      signal: this.#stopping.signal,
    });
    const openedMs = nowMs();
    this.#freshness.opened();
    this.#tell(undefined);
    let isEmpty = true;
    for await (const line of lines) {
      this.#takeIn(line);
      isEmpty = false;
    }
    const isFutile = isEmpty && nowMs() - openedMs < futileMs;
    this.#failures = isFutile ? this.#failures + 1 : 0;
    return isFutile;
  }

  #takeIn(line: string): void {
    const event = readWatchEvent(line);
    if (event.type === 'written') this.#view?.set(event.facts);
    if (event.type === 'deleted') this.#view?.delete(event.facts.name);
    this.#resourceVersion = event.resourceVersion;
    this.#failures = 0;
    this.#freshness.heard();
  }

  #fail(error: unknown): true {
    this.#failures += 1;
    if (!(error instanceof ApiError) || error.status === gone || this.#failures % maxResumptions === 0) {
      this.#resourceVersion = undefined;
    }
    if (!this.#stopping.signal.aborted) this.#tell(error instanceof Error ? error.message : String(error));
    return true;
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onProblem(problem);
  }
}

/** The version to go on from is too old. */
const gone = 410;

/** A watch that ends so soon and has said nothing is not opened again at once. */
const futileMs = 1000;

/** Whatever the reason is why a watch cannot be resumed, a new list may help. */
const maxResumptions = 5;
