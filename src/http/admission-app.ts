import express, { type Express, type Request, type Response } from 'express';
import { answerReview, type Core, type ReviewRecord } from '../admission/answer-review.ts';
import { MalformedObjectError } from '../kubernetes/malformed-object-error.ts';
import { BlockPool } from './block-pool.ts';
import { checkValues, TooManyValuesError } from './count-values.ts';
import { decodeBody } from './decode-body.ts';
import {
  BodyAbortedError,
  BodyTooLargeError,
  freeChunk,
  freeWhole,
  readBody,
  UnreadableBodyError,
} from './read-body.ts';
import type { UnfinishedRequests } from './unfinished-requests.ts';

export interface AdmissionAppOptions extends Core {
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

/** The routes of the admission server: `POST /mutate`. Errors become statuses here and nowhere else. */
export function createAdmissionApp(options: AdmissionAppOptions): Express {
  const app = express();
  // Whatever express would do for each request and nobody here needs.
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.enable('case sensitive routing').enable('strict routing');
  const withPool = { ...options, pool: new BlockPool() };
  app.post('/mutate', (request, response) => mutate(request, response, withPool));
  app.all('/mutate', (_request, response) => {
    response.setHeader('allow', 'POST');
    fail(response, options, { status: 405, message: 'use POST' });
  });
  app.use((_request, response) =>
    fail(response, options, { status: 404, message: 'not found; use POST /mutate' }),
  );
  return app;
}

async function mutate(
  request: Request,
  response: Response,
  options: AdmissionAppOptions & { readonly pool: BlockPool },
): Promise<void> {
  const startedMs = performance.now();
  const held = options.unfinished.begin(request.socket);
  response.once('close', held.end);
  try {
    checkContentType(request);
    const body = await readBody(request, { maxBytes: maxBodyBytes, onHold: held.hold, pool: options.pool });
    const { review, record } = answerReview(parseJson(body), options);
    const answer = JSON.stringify(review);
    // Until the client has taken it: one that never reads would keep it here for ever.
    held.hold(answer.length);
    send(response, options, { status: 200, contentType: 'application/json', body: answer });
    options.onDecision(record, (performance.now() - startedMs) / 1000);
  } catch (error) {
    if (error instanceof BodyAbortedError) return;
    fail(response, options, failureOf(error));
  }
}

class UnsupportedContentError extends Error {}

function checkContentType({ headers }: Request): void {
  const contentType = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (contentType !== 'application/json')
    throw new UnsupportedContentError('use content type application/json');
  if (headers['content-encoding'] !== undefined) throw new UnsupportedContentError('use no content encoding');
}

function parseJson(body: Buffer): unknown {
  checkValues(body);
  const { length } = body;
  const text = decodeBody(body);
  freeWhole(body);
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's own message: it quotes the body.
    throw new UnreadableBodyError(length);
  }
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
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
