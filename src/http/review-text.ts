import { isObject, type JsonObject } from '../kubernetes/json.ts';
import { checkValues } from './count-values.ts';
import { decodeBody } from './decode-body.ts';
import { UnreadableBodyError } from './read-body.ts';

/** The text of a review in three parts: `head` and `tail` together are JSON that lacks only what stands in one list. */
export interface ReviewText {
  readonly head: string;
  /** What stands in that list; empty where nothing is skipped. */
  readonly skipped: string;
  readonly tail: string;
  /** The length of the body. */
  readonly bytes: number;
}

/**
 * The text of a body. Set apart is what is not parsed before somebody reads it: `metadata.managedFields` of a pod, which is
 * nearly half of what an API server sends, and which next to no decision reads.
 *
 * The list is found without a look at what is in it. A quote that no backslash escapes and that the name of the field follows
 * begins a key: it cannot end a text. Nor can the quote behind `]},`, so this `]` is in no text. It is the first one, so no
 * list has ended before: it ends the skipped list, or else one that was opened in there, and then the rest is no JSON.
 *
 * @throws TooManyValuesError where parsing it would take more memory than there is.
 */
export function reviewText(body: Buffer): ReviewText {
  const { length: bytes } = body;
  const [from, to] = skippedIn(body);
  const [head, skipped, tail] = [body.subarray(0, from), body.subarray(from, to), body.subarray(to)];
  checkValues(head, tail);
  return { head: decodeBody(head), skipped: decodeBody(skipped), tail: decodeBody(tail), bytes };
}

/** Where what is skipped begins and ends. */
function skippedIn(body: Buffer): readonly [from: number, to: number] {
  const nothing = [body.length, body.length] as const;
  // Others than pods are judged by who wrote their fields.
  if (!body.toString('latin1', 0, kindBytes).includes(podKind)) return nothing;
  const key = body.indexOf(listKey);
  if (key < 1 || body[key - 1] === backslash) return nothing;
  const from = key + listKey.length;
  const to = body.indexOf(']', from);
  const isEnd = body.toString('latin1', to, to + listEnd.length) === listEnd;
  return isEnd && (to - from) * worthwhile > body.length ? [from, to] : nothing;
}

const podKind = '"kind":{"group":"","version":"v1","kind":"Pod"}';

/** The kind is the second field of a request. */
const kindBytes = 256;

const listKey = '"managedFields":[';

/** The list is the last field of the metadata. */
const listEnd = ']},"spec":{';

const backslash = 0x5c;

/** To put the rest together costs a copy of it, which is not worth it for less than this part of the whole. */
const worthwhile = 10;

/**
 * Parses the text of a review. What was skipped is parsed when it is read for the first time, with all the rest, so that it
 * reads as if it had been there from the start; only then is it noticed where it is no JSON.
 *
 * @throws UnreadableBodyError where it is no JSON.
 */
export function parseReview(text: ReviewText): unknown {
  if (text.skipped === '') return parseJson(text.head, text);
  const review = withoutSkipped(text);
  const metadata = metadataOfPod(review);
  if (metadata === undefined) return parseWhole(text);
  let fields: unknown;
  Object.defineProperty(metadata, 'managedFields', {
    get: () => (fields ??= metadataOfPod(parseWhole(text))?.['managedFields']),
  });
  return review;
}

/** Undefined where it is no JSON: that of the whole review may be, see {@link reviewText}. */
function withoutSkipped({ head, tail }: ReviewText): unknown {
  try {
    return JSON.parse(head + tail);
  } catch {
    return undefined;
  }
}

/** The metadata that what was skipped belongs to; undefined where it does not. */
function metadataOfPod(review: unknown): JsonObject | undefined {
  const request = isObject(review) ? review['request'] : undefined;
  if (!isObject(request) || !isObject(request['kind']) || !isObject(request['object'])) return undefined;
  const { metadata } = request['object'];
  const isPod = request['kind']['kind'] === 'Pod' && request['kind']['group'] === '';
  return isPod && isObject(metadata) && Array.isArray(metadata['managedFields']) ? metadata : undefined;
}

/**
 * Parses all of it, beside what was parsed without the skipped part.
 *
 * @throws TooManyValuesError where the two would take more memory than there is.
 */
function parseWhole(text: ReviewText): unknown {
  const { head, skipped, tail } = text;
  const whole = Buffer.from(head + skipped + tail);
  checkValues(whole, whole);
  return parseJson(head + skipped + tail, text);
}

function parseJson(text: string, { bytes }: ReviewText): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's own message: it quotes the body.
    throw new UnreadableBodyError(bytes);
  }
}
