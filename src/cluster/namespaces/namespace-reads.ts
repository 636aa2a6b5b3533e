import { type NamespaceFacts, readFacts } from '../../namespaces/namespace-facts.ts';
import type { ApiClient } from '../api-client.ts';
import { unlessMissing } from '../api-error.ts';
import { namespacePath } from '../namespace-objects.ts';
import { maxNamespaceBytes } from './list-namespaces.ts';
import { UnreadNamespaceError } from './unread-namespace-error.ts';

export interface NamespaceReadsOptions {
  readonly client: Pick<ApiClient, 'request'>;
  /** A clock that only goes forward. */
  readonly nowMs: () => number;
  readonly onRead: (result: 'success' | 'failure') => void;
}

interface Reading {
  readonly startedMs: number;
  readonly facts: Promise<NamespaceFacts | undefined>;
}

/**
 * Reads namespaces one by one, where the watched view does not do. Whoever asks for the same one within a second gets the
 * same answer: a burst of a thousand pods costs one call, and what was written a second before is in it.
 */
export class NamespaceReads {
  readonly #options: NamespaceReadsOptions;
  /** In the order in which they were started. */
  readonly #readings = new Map<string, Reading>();
  #underWay = 0;

  constructor(options: NamespaceReadsOptions) {
    this.#options = options;
  }

  /**
   * Reads a namespace; undefined where there is none of that name.
   *
   * @throws UnreadNamespaceError where there is no answer in time, or not a success, or where too many are read already.
   */
  read(name: string): Promise<NamespaceFacts | undefined> {
    this.#forget();
    const known = this.#readings.get(name);
    if (known !== undefined) return known.facts;
    if (this.#underWay >= maxUnderWay) {
      const problem = `${maxUnderWay} namespaces are being read already`;
      return Promise.reject(new UnreadNamespaceError(problem));
    }
    const facts = this.#ask(name);
    this.#readings.set(name, { startedMs: this.#options.nowMs(), facts });
    return facts;
  }

  /** The first of them are the oldest. */
  #forget(): void {
    const now = this.#options.nowMs();
    for (const [name, { startedMs }] of this.#readings) {
      if (now - startedMs < validMs) return;
      this.#readings.delete(name);
    }
  }

  async #ask(name: string): Promise<NamespaceFacts | undefined> {
    const { client, onRead } = this.#options;
    this.#underWay += 1;
    try {
      const call = {
        method: 'GET',
        path: namespacePath(name),
        timeoutMs,
        maxBytes: maxNamespaceBytes,
      } as const;
      const object = await unlessMissing(client.request(call));
      onRead('success');
      return object && readFacts(object, 'namespace');
    } catch (error) {
      onRead('failure');
      throw new UnreadNamespaceError(error);
    } finally {
      this.#underWay -= 1;
    }
  }
}

/** The webhook has five seconds in all. */
const timeoutMs = 2000;

/** What is promised holds a second after a write. */
const validMs = 1000;

/** The API server has no more connections to the webhook, so no more reviews wait. */
const maxUnderWay = 300;
