import type { JsonObject } from '../../kubernetes/json.ts';
import { type NamespaceFacts, readFacts } from '../../namespaces/namespace-facts.ts';
import type { ApiClient } from '../api-client.ts';
import { ApiError, unlessMissing } from '../api-error.ts';
import { maxObjectBytes } from '../list-objects.ts';
import { namespacePath } from '../namespace-objects.ts';
import { UnreadNamespaceError } from './unread-namespace-error.ts';

export interface NamespaceReadsOptions {
  readonly client: Pick<ApiClient, 'request'>;
  /** A clock that only goes forward. */
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly onRead: (result: 'success' | 'failure') => void;
}

interface Reading {
  readonly startedMs: number;
  readonly facts: Promise<NamespaceFacts | undefined>;
}

/**
 * Reads namespaces one by one, where the watched view does not do. Whoever asks for the same one within a second gets the
 * same answer: a burst of a thousand pods costs one call, and what was written a second before is in it. What got no answer
 * is asked once more, because connections break, and no longer told to others.
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
    const reading = { startedMs: this.#options.nowMs(), facts };
    this.#readings.set(name, reading);
    facts.catch(({ cause }: UnreadNamespaceError) => {
      if (isUnanswered(cause) && this.#readings.get(name) === reading) this.#readings.delete(name);
    });
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
    const { onRead } = this.#options;
    this.#underWay += 1;
    try {
      const object = await unlessMissing(this.#request(namespacePath(name)));
      onRead('success');
      return object && readFacts(object, 'namespace');
    } catch (error) {
      onRead('failure');
      throw new UnreadNamespaceError(error);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Twice where the connection breaks soon, as one does that the API server has just given up. */
  async #request(path: string): Promise<JsonObject> {
    const { client, nowMs, sleep } = this.#options;
    const startedMs = nowMs();
    const passedMs = () => Math.floor(nowMs() - startedMs);
    const request = () =>
      client.request({ method: 'GET', path, timeoutMs: timeoutMs - passedMs(), maxBytes: maxObjectBytes });
    return request().catch(async (error: unknown) => {
      if (!isUnanswered(error) || passedMs() > soonMs) throw error;
      await sleep(pauseMs);
      return request();
    });
  }
}

function isUnanswered(error: unknown): boolean {
  return error instanceof ApiError && error.status === 0;
}

/** The webhook has five seconds in all. */
const timeoutMs = 2000;

const soonMs = 1000;

/** Until other connections that broke at the same time are known to be broken, and taken for this no more. */
const pauseMs = 50;

/** What is promised holds a second after a write. */
const validMs = 1000;

/** The API server has no more connections to the webhook, so no more reviews wait. */
const maxUnderWay = 300;
