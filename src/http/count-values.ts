import { InjectorError } from '../injector-error.ts';

/** A body that would take more memory than its bytes say. */
export class TooManyValuesError extends InjectorError {
  override name = 'TooManyValuesError' as const;
}

/**
 * Refuses a body of which `JSON.parse` would make more than the heap of a pod can hold: an empty object is two bytes long
 * and takes many times as much. The objects of an API server are far from these bounds; a small body cannot reach them and
 * is not looked at. `parts`: what is parsed, one behind the other.
 *
 * @throws TooManyValuesError naming the bound.
 */
export function checkValues(...parts: readonly Buffer[]): void {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length < leastBytes) return;
  const counts: ValueCounts = { objects: 0, keys: 0, commas: 0, open: 0, depth: 0 };
  for (const part of parts) countValues(part, counts);
  const { objects, keys, commas, depth } = counts;
  if (depth > maxDepth) throw new TooManyValuesError(`the body is nested more than ${maxDepth} deep`);
  // The text itself has two bytes for each character, once there is one beyond Latin-1.
  const bytes = 2 * length + objects * objectBytes + keys * keyBytes + commas * commaBytes;
  if (bytes <= maxBytes) return;
  const most = `${maxBytes / 1024 / 1024} MiB`;
  throw new TooManyValuesError(
    `the body would take more than ${most} of memory; send fewer objects and keys`,
  );
}

/** What a text of JSON holds, as its signs tell. Of a text that is no JSON the counts mean nothing. */
interface ValueCounts {
  /** And lists. */
  objects: number;
  keys: number;
  commas: number;
  /** How many of the objects are open at the end, and were at once. */
  open: number;
  depth: number;
}

// Measured with the worst that there is of each kind: keys that are all different, each in an object of its own.
const objectBytes = 70;
const keyBytes = 270;
const commaBytes = 110;

/** Of the heap of 112 MiB that the image sets; the program itself has 25. */
const maxBytes = 84 * 1024 * 1024;

/** No API server reads more: https://pkg.go.dev/encoding/json */
const maxDepth = 10_000;

/** A shorter text has at most 200,000 lists in one another, which is the dearest of all, and they fit. */
const leastBytes = 400_000;

/** Counts in one pass, and makes nothing of what it sees. */
function countValues(text: Buffer, counts: ValueCounts): void {
  let { objects, keys, commas, open, depth } = counts;
  const endOfString = stringsOf(text);
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case quote:
        at = endOfString(at + 1);
        break;
      case leftBrace:
      case leftBracket:
        objects++;
        open++;
        if (open > depth) depth = open;
        break;
      case rightBrace:
      case rightBracket:
        open--;
        break;
      case colon:
        keys++;
        break;
      case comma:
        commas++;
    }
  }
  Object.assign(counts, { objects, keys, commas, open, depth });
}

const [quote, backslash] = [0x22, 0x5c];
const [comma, colon, leftBracket, rightBracket, leftBrace, rightBrace] = Buffer.from(',:[]{}');

/** Finds where a string ends that begins at a place; the places only grow. */
function stringsOf(text: Buffer): (from: number) => number {
  const [nextQuote, nextBackslash] = [finderOf(text, quote), finderOf(text, backslash)];
  return from => {
    let at = endNearby(text, from);
    while (at < text.length && text[at] !== quote) {
      at = Math.min(nextQuote(at), nextBackslash(at));
      if (text[at] !== quote) at = endNearby(text, at);
    }
    return at;
  };
}

/** Where a string ends, or how far it was looked at. */
function endNearby(text: Buffer, from: number): number {
  const end = Math.min(from + nearBytes, text.length);
  let at = from;
  while (at < end && text[at] !== quote) at += text[at] === backslash ? 2 : 1;
  return at;
}

/** What is shorter is not worth a call. */
const nearBytes = 48;

/** Finds the next of a byte, many bytes at a time; the places only grow, and no byte is looked at twice. */
function finderOf(text: Buffer, byte: number): (from: number) => number {
  let found = -1;
  return from => {
    if (found >= from) return found;
    const next = text.indexOf(byte, from);
    found = next < 0 ? text.length : next;
    return found;
  };
}
