/**
 * The few calls of the Kubernetes API that a replica makes, on raw JSON: typed models would drop what they do not know.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { ApiError } from './api-error.ts';
import type { ClusterAccess } from './cluster-access.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly path: string;
  readonly body?: Json;
  readonly contentType?:
    | 'application/json'
    | 'application/merge-patch+json'
    | 'application/apply-patch+yaml'
    | 'application/json-patch+json';
  /** How long to wait for the answer; five seconds by default. */
  readonly timeoutMs?: number;
}

/** Talks to the API server over one connection that is kept. */
export class ApiClient {
  readonly #access: ClusterAccess;
  readonly #now: () => Date;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  #clockAheadMs: number | undefined;

  constructor(access: ClusterAccess, now: () => Date) {
    this.#access = access;
    this.#now = now;
  }

  /** By how much the clock was ahead of the API server's when it last answered, within a second; undefined before. */
  get clockAheadMs(): number | undefined {
    return this.#clockAheadMs;
  }

  /**
   * Makes one request and returns the object that the answer holds.
   *
   * @throws ApiError where there is no answer in time, or not a success.
   */
  async request(call: ApiRequest): Promise<JsonObject> {
    const { name, statusCode, text } = await this.#ask(call);
    const object = parseObject(text);
    if (object === undefined) throw new ApiError(name, statusCode, 'the answer is not a JSON object');
    return object;
  }

  /**
   * Makes one request and returns the text of the answer, as of something behind the API server's proxy.
   *
   * @throws ApiError where there is no answer in time, or not a success.
   */
  async requestText(call: ApiRequest): Promise<string> {
    return (await this.#ask(call)).text;
  }

  async #ask(call: ApiRequest) {
    const name = `${call.method} ${call.path.split('?', 1)[0]}`;
    const { response, text } = await this.#send(call).catch((cause: unknown) => {
      throw new ApiError(name, 0, `the API server does not answer: ${messageOf(cause)}`, { cause });
    });
    const { statusCode = 0, headers } = response;
    const theirsMs = Date.parse(headers.date ?? '');
    if (!Number.isNaN(theirsMs)) this.#clockAheadMs = this.#now().getTime() - theirsMs;
    if (statusCode < 200 || statusCode > 299) {
      const message = parseObject(text)?.['message'] ?? response.statusMessage;
      throw new ApiError(name, statusCode, String(message));
    }
    return { name, statusCode, text };
  }

  async #send({ method, path, body, contentType, timeoutMs = usualTimeoutMs }: ApiRequest) {
    const { headers, ...options } = await this.#access.requestOptions();
    const text = body === undefined ? undefined : JSON.stringify(body);
    const content =
      text === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) };
    const signal = AbortSignal.timeout(timeoutMs);
    return new Promise<{ readonly response: IncomingMessage; readonly text: string }>((resolve, reject) => {
      const outgoing = request(new URL(path, this.#access.server), {
        agent: this.#agent,
        ...options,
        method,
        signal,
        headers: { ...headers, ...content, accept: 'application/json', 'user-agent': 'sidecar-injector' },
      });
      outgoing.once('error', reject);
      outgoing.once('response', response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => resolve({ response, text: Buffer.concat(chunks).toString('utf8') }));
      });
      outgoing.end(text);
    });
  }
}

const usualTimeoutMs = 5000;

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}
