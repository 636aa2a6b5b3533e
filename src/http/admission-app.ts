import express, { type Express, type Request, type Response } from 'express';
import { type AnsweredReview, answerRequest, answerReview, type Core } from '../admission/answer-review.ts';
import { answerText } from '../admission/answer-text.ts';
import type { ReviewRecord } from '../admission/review-record.ts';
import type { Entry, Surroundings } from '../admission/surroundings.ts';
import { UnknownNamespaceError } from '../admission/unknown-namespace-error.ts';
import { type AdmissionRequest, readAdmissionRequest } from '../kubernetes/admission-review.ts';
import { MalformedObjectError } from '../kubernetes/malformed-object-error.ts';
import { BlockPool } from './block-pool.ts';
import { TooManyValuesError } from './count-values.ts';
import {
  BodyAbortedError,
  BodyTooLargeError,
  freeChunk,
  readBody,
  UnreadableBodyError,
} from './read-body.ts';
import { parseReview, type ReviewText, reviewText } from './review-text.ts';
import type { UnfinishedRequests } from './unfinished-requests.ts';

export interface AdmissionAppOptions extends Core {
  /** Finds what is known of the place that a request is about; at once, unless it has to be read first. */
  readonly surroundings?: (request: AdmissionRequest, entry: Entry) => Surroundings | Promise<Surroundings>;
  /** Called after each decision was sent. */
  readonly onDecision: (record: ReviewRecord, seconds: number) => void;
  /** Called after each request that was not answered with a decision; with the error where it was our own fault. */
  readonly onFailure: (status: number, message: string, error?: unknown) => void;
  /** True while the server drains: connections are not kept then. */
  readonly isDraining: () => boolean;
  /** Counts what requests hold, and ends those that hold too much or for too long. */
  readonly unfinished: UnfinishedRequests;
}

/** Two objects of 3 MiB, the most that the API server takes, a mebibyte for the rest, and one to spare. */
const maxBodyBytes = 8 * 1024 * 1024;

/** The paths that take reviews; a review itself does not say which entry of the registration has sent it. */
const paths: Readonly<Record<string, Entry>> = { '/mutate': 'objects', '/mutate/namespaces': 'namespaces' };

/** The routes of the admission server: `POST /mutate` and `POST /mutate/namespaces`. Errors become statuses here and nowhere else. */
export function createAdmissionApp(options: AdmissionAppOptions): Express {
  const app = express();
  // Whatever express would do for each request and nobody here needs.
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.enable('case sensitive routing').enable('strict routing');
  const withPool = { ...options, pool: new BlockPool() };
  for (const [path, entry] of Object.entries(paths)) {
    app.post(path, (request, response) => mutate(request, response, { ...withPool, entry }));
    app.all(path, (_request, response) => {
      response.setHeader('allow', 'POST');
      fail(response, options, { status: 405, message: 'use POST' });
    });
  }
  app.use((_request, response) =>
    fail(response, options, { status: 404, message: 'not found; use POST /mutate' }),
  );
  return app;
}

async function mutate(
  request: Request,
  response: Response,
  options: AdmissionAppOptions & { readonly pool: BlockPool; readonly entry: Entry },
): Promise<void> {
  const startedMs = performance.now();
  const held = options.unfinished.begin(request.socket);
  response.once('close', held.end);
  try {
    checkContentType(request);
    const body = await readBody(request, { maxBytes: maxBodyBytes, onHold: held.hold, pool: options.pool });
    const text = body(reviewText);
    const first = answerOrWait(text, options);
    const { review, record } = first instanceof Promise ? await answerLater(text, options, first) : first;
    const answer = answerText(review);
    // Until the client has taken it: one that never reads would keep it here for ever.
    held.hold(answer.length);
    send(response, options, { status: 200, contentType: 'application/json', body: answer });
    options.onDecision(record, (performance.now() - startedMs) / 1000);
  } catch (error) {
    if (error instanceof BodyAbortedError) return;
    fail(response, options, failureOf(error));
  }
}

/** The answer, or what has to be waited for first. Nothing of the review is kept meanwhile but its text. */
function answerOrWait(
  text: ReviewText,
  options: AdmissionAppOptions & { readonly entry: Entry },
): AnsweredReview | Promise<Surroundings> {
  const request = readAdmissionRequest(parseReview(text));
  const found = options.surroundings?.(request, options.entry);
  return found instanceof Promise ? found : answerRequest(request, options, found);
}

/** A review takes many times more memory than its text: it is read again, rather than that many of them wait. */
async function answerLater(
  text: ReviewText,
  options: AdmissionAppOptions,
  found: Promise<Surroundings>,
): Promise<AnsweredReview> {
  const surroundings = await found;
  return answerReview(parseReview(text), options, surroundings);
}

class UnsupportedContentError extends Error {}

function checkContentType({ headers }: Request): void {
  const contentType = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (contentType !== 'application/json')
    throw new UnsupportedContentError('use content type application/json');
  if (headers['content-encoding'] !== undefined) throw new UnsupportedContentError('use no content encoding');
}

interface Failure {
  readonly status: number;
  readonly message: string;
  /** Set where it was our own fault. */
  readonly error?: unknown;
}

function failureOf(error: unknown): Failure {
  if (error instanceof BodyTooLargeError) return { status: 413, message: error.message };
  if (error instanceof UnsupportedContentError) return { status: 415, message: error.message };
  if (
    error instanceof MalformedObjectError ||
    error instanceof UnreadableBodyError ||
    error instanceof TooManyValuesError
  ) {
    return { status: 400, message: error.message };
  }
  if (error instanceof UnknownNamespaceError) return { status: 503, message: error.message };
  return { status: 500, message: 'internal error; the log of the injector tells more', error };
}

/** Takes the rest of a body without keeping it, so that the client gets to read the answer, but not for long. */
function discardRest(request: Request): void {
  if (request.complete) return;
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), discardMs);
  request.once('close', () => clearTimeout(timer));
  request.on('data', freeChunk);
}

const discardMs = 2000;

function fail(response: Response, options: AdmissionAppOptions, { status, message, error }: Failure): void {
  discardRest(response.req);
  send(response, options, { status, contentType: 'text/plain; charset=utf-8', body: `${message}\n` });
  options.onFailure(status, message, error);
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

function send(
  response: Response,
  { isDraining }: AdmissionAppOptions,
  { status, contentType, body }: Answer,
): void {
  if (isDraining()) response.setHeader('connection', 'close');
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes });
  // Where each character is a byte, Node.js needs a third of the room for it.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}
