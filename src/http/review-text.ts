import { randomUUID } from 'node:crypto';
import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import { checkValues } from './count-values.ts';
import { decodeBody } from './decode-body.ts';
import { UnreadableBodyError } from './read-body.ts';

/** The text of a review, and apart from it what is not parsed before somebody reads it. */
export interface ReviewText {
  /** With a mark in the place of what is skipped. */
  readonly text: string;
  /** Empty where nothing is skipped. */
  readonly skipped: string;
  /** The length of the body. */
  readonly bytes: number;
}

/** What stands in a list of which the content was skipped: nobody can send it. */
const mark = randomUUID();

/**
 * The text of a body. Set apart is `metadata.managedFields` of a pod, which is nearly half of what an API server sends, and
 * which next to no decision reads.
 *
 * The list is found without a look at what is in it. The quote before its colon is escaped by no backslash, so it ends a key, and
 * what follows is a value. The quote behind `]},` cannot end a text, which a name never follows, so this `]` is in no text. It is
 * the first one, so no list has ended before: it ends the skipped list, or else one that was opened in there, and then the rest
 * is no JSON.
 *
 * @throws TooManyValuesError where parsing it would take more memory than there is.
 */
export function reviewText(body: Buffer): ReviewText {
  const { length: bytes } = body;
  const found = skippedIn(body);
  if (found === undefined) {
    checkValues(body);
    return { text: decodeBody(body), skipped: '', bytes };
  }
  const [head, tail] = [body.subarray(0, found.from), body.subarray(found.to)];
  checkValues(head, tail);
  const text = `${decodeBody(head)}"${mark}"${decodeBody(tail)}`;
  return { text, skipped: decodeBody(body.subarray(found.from, found.to)), bytes };
}

/** Where what is skipped begins and ends; undefined where nothing is. */
function skippedIn(body: Buffer): { readonly from: number; readonly to: number } | undefined {
  // Others than pods are judged by who wrote their fields.
  if (body.length > maxBytes || !body.toString('latin1', 0, kindBytes).includes(podKind)) return undefined;
  const key = body.indexOf(listKey);
  if (key < 0) return undefined;
  const from = key + listKey.length;
  const to = body.indexOf(']', from);
  if (to < 0 || (to - from) * worthwhile < body.length) return undefined;
  return body.toString('latin1', to, to + listEnd.length) === listEnd ? { from, to } : undefined;
}

/** A larger body is none of a pod that an API server would keep, and its text would be held twice for a moment. */
const maxBytes = 2 * 1024 * 1024;

const podKind = '"kind":{"group":"","version":"v1","kind":"Pod"}';

/** The kind is the second field of a request. */
const kindBytes = 256;

const listKey = '"managedFields":[';

/** The list is the last field of the metadata. */
const listEnd = ']},"spec":{';

/** To put the rest together costs a copy of it, which is not worth it for less than this part of the whole. */
const worthwhile = 10;

/**
 * Parses the text of a review. What was skipped is parsed when it is read for the first time, and reads as if it had been
 * there from the start; only then is it noticed where it is no JSON.
 *
 * @throws UnreadableBodyError where it is no JSON.
 * @throws TooManyValuesError where parsing it would take more memory than there is.
 */
export function parseReview(review: ReviewText): unknown {
  const { text, skipped } = review;
  if (skipped === '') return parseJson(text, review);
  const parsed = withoutSkipped(text);
  const metadata = markedMetadata(parsed);
  if (metadata === undefined) return parseWhole(review);
  let fields: unknown;
  Object.defineProperty(metadata, 'managedFields', { get: () => (fields ??= parseSkipped(review)) });
  return parsed;
}

/** Undefined where it is no JSON: that of the whole review may be, see {@link reviewText}. */
function withoutSkipped(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The metadata of a pod from which its managed fields were skipped; undefined where it was another list of that name. */
function markedMetadata(review: unknown): JsonObject | undefined {
  const kind = at(review, ['request', 'kind']);
  const isPod = isObject(kind) && kind['kind'] === 'Pod' && kind['group'] === '';
  const metadata = at(review, ['request', 'object', 'metadata']);
  if (!isPod || !isObject(metadata)) return undefined;
  const { managedFields } = metadata;
  return Array.isArray(managedFields) && managedFields[0] === mark ? metadata : undefined;
}

function parseSkipped(review: ReviewText): unknown {
  const { text, skipped } = review;
  // Beside the rest, which is there already.
  checkValues(Buffer.from(text), Buffer.from(skipped));
  return parseJson(`[${skipped}]`, review);
}

function parseWhole(review: ReviewText): unknown {
  const whole = review.text.replace(`"${mark}"`, () => review.skipped);
  checkValues(Buffer.from(whole));
  return parseJson(whole, review);
}

function parseJson(text: string, { bytes }: ReviewText): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's own message: it quotes the body.
    throw new UnreadableBodyError(bytes);
  }
}
