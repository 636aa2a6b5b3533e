/**
 * Knows the namespaces of the cluster: lists them once and then watches what becomes of them.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
import { type NamespaceFacts, readFacts } from '../../namespaces/namespace-facts.ts';
import type { ApiClient } from '../api-client.ts';
import { namespacesPath } from '../namespace-objects.ts';
import { type ObjectEvent, type WatchTime, watchObjects } from '../watch-objects.ts';
import { Freshness } from './freshness.ts';
import { listNamespaces } from './list-namespaces.ts';
import { NamespaceView } from './namespace-view.ts';

export interface NamespaceWatchOptions extends WatchTime {
  readonly client: Pick<ApiClient, 'request' | 'openLines'>;
  /** Called with what is wrong when something is, and with undefined when all is well again. */
  readonly onProblem: (problem: string | undefined) => void;
}

export class NamespaceWatch {
  readonly #options: NamespaceWatchOptions;
  readonly #stopping = new AbortController();
  readonly #freshness: Freshness;
  /** What is known, once everything was told. */
  #view: NamespaceView | undefined;
  /** What is being told, where everything is told anew; what is known stays until that is done. */
  #listed: NamespaceView | undefined;

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
    const { client, onProblem, ...time } = this.#options;
    const events = watchObjects(client, {
      ...{ path: namespacesPath, read: readNamespace, pages: () => this.#list(), hearing: this.#freshness },
      ...{ time, signal: this.#stopping.signal, onProblem },
    });
    for await (const event of events) this.#takeIn(event);
  }

  #list() {
    this.#listed = new NamespaceView();
    return listNamespaces(this.#options.client);
  }

  #takeIn(event: ObjectEvent<NamespaceFacts>): void {
    const view = this.#listed ?? this.#view;
    switch (event.kind) {
      case 'written':
        return view?.set(event.object);
      case 'deleted':
        return view?.delete(event.object.name);
      case 'listedAnew':
        this.#view = view;
        this.#listed = undefined;
        return this.#freshness.listed();
    }
  }
}

function readNamespace(object: unknown): NamespaceFacts {
  return readFacts(object, 'namespace');
}
