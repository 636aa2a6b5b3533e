/**
 * The few calls of the Kubernetes API that a replica makes, on raw JSON: typed models would drop what they do not know.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { at, isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { AnswerTooLargeError } from './answer-too-large-error.ts';
import { ApiError } from './api-error.ts';
import { askInTurn } from './ask-in-turn.ts';
import { AtATime } from './at-a-time.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { NoCredentialsError } from './no-credentials-error.ts';
import type { Pace } from './pace.ts';
import { readLines } from './read-lines.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: Json;
  readonly contentType?:
    | 'application/json'
    | 'application/merge-patch+json'
    | 'application/apply-patch+yaml'
    | 'application/json-patch+json';
  /** How long to wait for the answer; five seconds by default. */
  readonly timeoutMs?: number;
  /** The most that the answer may be; an answer to whoever asks for little is not bounded otherwise. */
  readonly maxBytes?: number;
  /** Asks for no more than the metadata of an object, or of each object of a list. */
  readonly onlyMetadataOf?: 'object' | 'list';
}

/** A request whose answer goes on, a line for each thing that happens: a watch. */
export interface LinesRequest {
  readonly path: string;
  readonly maxLineBytes: number;
  /** After so long without a byte it is broken off. */
  readonly maxSilenceMs: number;
  readonly signal: AbortSignal;
}

export interface ApiClientOptions {
  /** How many connections there may be; two by default. */
  readonly maxSockets?: number;
  /** How many answers that go on there may be at a time; one by default. */
  readonly maxWatches?: number;
  /** How fast requests may go; then the API server is also asked again where it says that it has too much to do. */
  readonly pace?: Pace;
  /** Called with host and port of the API server when an answer takes longer than a person waits without a word. */
  readonly onSilence?: (host: string) => void;
}

/** Talks to the API server over one connection that is kept, or a few. */
export class ApiClient {
  readonly #access: ClusterAccess;
  readonly #now: () => Date;
  readonly #agent: Agent;
  readonly #linesAgent: Agent;
  readonly #pace: Pace | undefined;
  readonly #connections: AtATime;
  readonly #onSilence: ApiClientOptions['onSilence'];
  #clockAheadMs: number | undefined;

  constructor(access: ClusterAccess, now: () => Date, options: ApiClientOptions = {}) {
    const { maxSockets = 2, maxWatches = 1, pace, onSilence } = options;
    this.#access = access;
    this.#now = now;
    this.#onSilence = onSilence;
    this.#pace = pace;
    this.#connections = new AtATime(maxSockets);
    this.#agent = new Agent({ keepAlive: true, maxSockets });
    this.#linesAgent = new Agent({ keepAlive: true, maxSockets: maxWatches });
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

  /**
   * Makes one request and returns, once the answer has begun, its lines as they come. One more than there may be at a
   * time waits until another has ended.
   *
   * @throws ApiError where there is no answer, or not a success; so do the lines where the answer breaks off.
   */
  async openLines(call: LinesRequest): Promise<AsyncGenerator<string, void>> {
    return askInTurn(this.#pace, 'GET', () => this.#openLines(call));
  }

  async #openLines(call: LinesRequest): Promise<AsyncGenerator<string, void>> {
    const { path, maxSilenceMs, signal } = call;
    const name = nameOf({ method: 'GET', path });
    const response = await this.#open(
      { method: 'GET', path },
      { agent: this.#linesAgent, signal, silenceMs: maxSilenceMs },
    ).catch((cause: unknown) => {
      throw noAnswer(name, cause);
    });
    if (isSuccess(response)) return linesOf(response, name, call);
    const text = await textOf(response, maxMessageBytes).catch(() => '');
    throw failureOf(name, response, text);
  }

  /**
   * Who keeps a pace may have hundreds of requests wait for a connection where the API server is slow: the time of each
   * begins when it is sent.
   */
  async #ask(call: ApiRequest) {
    const ask = () => askInTurn(this.#pace, call.method, () => this.#askOnce(call));
    return this.#pace === undefined ? ask() : this.#connections.run(ask);
  }

  async #askOnce(call: ApiRequest) {
    const name = nameOf(call);
    const { response, text } = await this.#withWord(this.#send(call)).catch((cause: unknown) => {
      throw noAnswer(name, cause);
    });
    const { statusCode = 0, headers } = response;
    const theirsMs = Date.parse(headers.date ?? '');
    if (!Number.isNaN(theirsMs)) this.#clockAheadMs = this.#now().getTime() - theirsMs;
    if (!isSuccess(response)) throw failureOf(name, response, text);
    return { name, statusCode, text };
  }

  /** Says a word where an answer takes long. */
  async #withWord<T>(answer: Promise<T>): Promise<T> {
    const onSilence = this.#onSilence;
    if (onSilence === undefined) return answer;
    const timer = setTimeout(() => onSilence(new URL(this.#access.server).host), silenceMs);
    return answer.finally(() => clearTimeout(timer));
  }

  async #send(call: ApiRequest) {
    const signal = AbortSignal.timeout(call.timeoutMs ?? usualTimeoutMs);
    const response = await this.#open(call, { agent: this.#agent, signal });
    return { response, text: await textOf(response, call.maxBytes) };
  }

  /** The answer, whose body is yet to come. */
  async #open(
    { method, path, body, contentType, onlyMetadataOf }: ApiRequest,
    { agent, signal, silenceMs }: Opening,
  ) {
    const { headers, ...options } = await this.#access.requestOptions();
    const text = body === undefined ? undefined : JSON.stringify(body);
    const content =
      text === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(new URL(path, this.#access.server), {
        agent,
        ...options,
        method,
        signal,
        headers: {
          ...headers,
          ...content,
          accept: acceptOf(onlyMetadataOf),
          'user-agent': 'sidecar-injector',
        },
      });
      if (silenceMs !== undefined) endWhenSilent(outgoing, silenceMs);
      outgoing.once('error', reject);
      outgoing.once('response', resolve);
      outgoing.end(text);
    });
  }
}

interface Opening {
  readonly agent: Agent;
  readonly signal: AbortSignal;
  readonly silenceMs?: number;
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources */
function acceptOf(onlyMetadataOf: ApiRequest['onlyMetadataOf']): string {
  if (onlyMetadataOf === undefined) return 'application/json';
  const kind = onlyMetadataOf === 'list' ? 'PartialObjectMetadataList' : 'PartialObjectMetadata';
  return `application/json;as=${kind};g=meta.k8s.io;v=v1`;
}

/** A peer that is gone without a word is noticed after about fifteen seconds, by probes that it does not answer. */
function endWhenSilent(outgoing: ClientRequest, silenceMs: number): void {
  outgoing.once('socket', socket => socket.setKeepAlive(true, firstProbeMs));
  let silent: ClientRequest | IncomingMessage = outgoing;
  outgoing.once('response', response => {
    silent = response;
  });
  outgoing.setTimeout(silenceMs, () => silent.destroy(new Error(`nothing came for ${silenceMs} ms`)));
}

const firstProbeMs = 5000;

async function* linesOf(
  response: IncomingMessage,
  name: string,
  { maxLineBytes }: LinesRequest,
): AsyncGenerator<string, void> {
  try {
    yield* readLines(response, maxLineBytes);
  } catch (cause) {
    throw new ApiError(name, 0, `the answer breaks off: ${messageOf(cause)}`, { cause });
  }
}

async function textOf(response: IncomingMessage, maxBytes = Number.POSITIVE_INFINITY): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AnswerTooLargeError(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function nameOf({ method, path }: ApiRequest): string {
  return `${method} ${path.split('?', 1)[0]}`;
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode <= 299;
}

function noAnswer(name: string, cause: unknown): ApiError {
  // Nobody was asked.
  if (cause instanceof NoCredentialsError) return new ApiError(name, 0, cause.message, { cause });
  return new ApiError(name, 0, `the API server does not answer: ${messageOf(cause)}`, { cause });
}

function failureOf(name: string, response: IncomingMessage, text: string): ApiError {
  const { statusCode = 0, statusMessage, headers } = response;
  const status = parseObject(text);
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  const restOfList = at(status, ['metadata', 'continue']);
  return new ApiError(name, statusCode, String(status?.['message'] ?? statusMessage), {
    retryAfterMs: seconds >= 0 ? seconds * 1000 : undefined,
    restOfList: typeof restOfList === 'string' && restOfList !== '' ? restOfList : undefined,
  });
}

/** More than the API server says of a failure. */
const maxMessageBytes = 64 * 1024;

const usualTimeoutMs = 5000;

/** What answers in less seems to answer at once. */
const silenceMs = 1500;

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
