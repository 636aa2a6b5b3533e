import { InjectorError } from '../injector-error.ts';

/** A body that would take more memory than its bytes say. */
export class TooManyValuesError extends InjectorError {
  override name = 'TooManyValuesError' as const;
}

/**
 * Refuses a body of which `JSON.parse` would make more than the memory of a pod can hold: an empty object is two bytes
 * long and takes thirty times as much. The objects of an API server are far from these bounds; a small body cannot reach
 * them and is not looked at.
 *
 * @throws TooManyValuesError naming the bound.
 */
export function checkValues(body: Uint8Array): void {
  if (body.length < leastBytes) return;
  const counts = countValues(body);
  for (const [what, most] of bounds) {
    if (counts[what] > most) throw new TooManyValuesError(`the body holds more than ${most} ${words[what]}`);
  }
}

/** What a text of JSON holds, as its signs tell. Of a text that is no JSON the counts mean nothing. */
interface ValueCounts {
  readonly objects: number;
  readonly keys: number;
  readonly commas: number;
}

/** Each takes at most 80 MiB, measured with the worst that there is of its kind: keys that are all different. */
const bounds: readonly (readonly [keyof ValueCounts, number])[] = [
  ['objects', 400_000],
  ['keys', 150_000],
  ['commas', 1_000_000],
];

const words: Readonly<Record<keyof ValueCounts, string>> = {
  objects: 'objects and lists',
  keys: 'keys',
  commas: 'entries',
};

/** The shortest text that can reach a bound. */
const leastBytes = 400_000;

/** Counts in one pass, and makes nothing of what it sees. */
function countValues(text: Uint8Array): ValueCounts {
  let [objects, keys, commas] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case quote:
        at = endOfString(text, at + 1);
        break;
      case leftBrace:
      case leftBracket:
        objects++;
        break;
      case colon:
        keys++;
        break;
      case comma:
        commas++;
    }
  }
  return { objects, keys, commas };
}

const [quote, comma, colon, leftBracket, backslash, leftBrace] = Buffer.from('",:[\\{');

/** Where a string ends that begins there. */
function endOfString(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== quote) at += text[at] === backslash ? 2 : 1;
  return at;
}
