import { InjectorError } from '../injector-error.ts';

/** A body that would take more memory than its bytes say. */
export class TooManyValuesError extends InjectorError {
  override name = 'TooManyValuesError' as const;
}

/**
 * Refuses a body of which `JSON.parse` would make more than the heap of a pod can hold: an empty object is two bytes long
 * and takes many times as much. The objects of an API server are far from these bounds; a small body cannot reach them and
 * is not looked at.
 *
 * @throws TooManyValuesError naming the bound.
 */
export function checkValues(body: Uint8Array): void {
  if (body.length < leastBytes) return;
  const { objects, keys, commas, depth } = countValues(body);
  if (depth > maxDepth) throw new TooManyValuesError(`the body is nested more than ${maxDepth} deep`);
  // The text itself has two bytes for each character, once there is one beyond Latin-1.
  const bytes = 2 * body.length + objects * objectBytes + keys * keyBytes + commas * commaBytes;
  if (bytes <= maxBytes) return;
  const most = `${maxBytes / 1024 / 1024} MiB`;
  throw new TooManyValuesError(
    `the body would take more than ${most} of memory; send fewer objects and keys`,
  );
}

/** What a text of JSON holds, as its signs tell. Of a text that is no JSON the counts mean nothing. */
interface ValueCounts {
  /** And lists. */
  readonly objects: number;
  readonly keys: number;
  readonly commas: number;
  readonly depth: number;
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
function countValues(text: Uint8Array): ValueCounts {
  let [objects, keys, commas, open, depth] = [0, 0, 0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case quote:
        at = endOfString(text, at + 1);
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
  return { objects, keys, commas, depth };
}

const [quote, comma, colon, leftBracket, rightBracket, backslash, leftBrace, rightBrace] =
  Buffer.from('",:[]\\{}');

/** Where a string ends that begins there. */
function endOfString(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== quote) at += text[at] === backslash ? 2 : 1;
  return at;
}
