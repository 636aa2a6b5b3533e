import { type CharacterItem, type CharacterRange, isUnicodeProperty, others } from './character-set.ts';
import type { PatternText } from './pattern-text.ts';
import { UnreadablePatternError } from './unreadable-pattern-error.ts';

/** What a backslash begins: one character, by its code point, or the items of a set. */
export type PatternEscape = number | readonly CharacterItem[];

const single = (codePoint: number): CharacterRange => ({ from: codePoint, to: codePoint });

/** What a dot is not. */
export const lineTerminators: readonly CharacterRange[] = [0x0a, 0x0d, 0x2028, 0x2029].map(single);

/**
 * Takes a backslash and what belongs to it.
 *
 * @throws UnreadablePatternError where JavaScript knows no such thing there, or it is a back-reference.
 */
export function readEscape(source: PatternText, place: 'text' | 'class'): PatternEscape {
  const reference = place === 'text' ? source.takeMatch(/\\(?:[1-9]\d*|k<[^>]*>)/y)?.[0] : undefined;
  if (reference !== undefined) {
    throw new UnreadablePatternError(
      `the back-reference ${reference} is not supported; write what it may be once more`,
    );
  }
  if (place === 'class' && source.take('\\b')) return 0x08;
  if (place === 'class' && source.take('\\-')) return 0x2d;
  const found = readProperty(source) ?? readSet(source) ?? readCharacter(source);
  if (found === undefined) throw new UnreadablePatternError();
  return found;
}

function readProperty(source: PatternText): readonly CharacterItem[] | undefined {
  const [, sign, property = ''] = source.takeMatch(/\\([pP])\{([\w=]*)\}/y) ?? [];
  if (sign === undefined) return undefined;
  if (!isUnicodeProperty(property)) throw new UnreadablePatternError();
  return [{ property, isNegated: sign === 'P' }];
}

function readSet(source: PatternText): readonly CharacterItem[] | undefined {
  const [, letter] = source.takeMatch(/\\([dDwWsS])/y) ?? [];
  if (letter === undefined) return undefined;
  const ranges = sets[letter.toLowerCase()] ?? [];
  return letter === letter.toLowerCase() ? ranges : others(ranges);
}

const digits: CharacterRange = { from: 0x30, to: 0x39 };

const sets: Readonly<Record<string, readonly CharacterRange[]>> = {
  d: [digits],
  w: [digits, { from: 0x41, to: 0x5a }, single(0x5f), { from: 0x61, to: 0x7a }],
  // https://tc39.es/ecma262/#sec-white-space, with the spaces of Unicode, and what ends a line.
  s: [
    { from: 0x09, to: 0x0d },
    { from: 0x2000, to: 0x200a },
    ...[0x20, 0xa0, 0x1680, 0x202f, 0x205f, 0x3000, 0xfeff].map(single),
    ...lineTerminators,
  ],
};

function readCharacter(source: PatternText): number | undefined {
  const [, control] = source.takeMatch(/\\([fnrtv])/y) ?? [];
  if (control !== undefined) return controls[control];
  const [, letter] = source.takeMatch(/\\c([A-Za-z])/y) ?? [];
  if (letter !== undefined) return (letter.codePointAt(0) ?? 0) % 32;
  if (source.takeMatch(/\\0(?!\d)/y)) return 0;
  const [, itself] = source.takeMatch(/\\([$^\\.*+?()[\]{}|/])/y) ?? [];
  return itself === undefined ? readCode(source) : itself.codePointAt(0);
}

const controls: Readonly<Record<string, number>> = { f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09, v: 0x0b };

function readCode(source: PatternText): number | undefined {
  const [, high = '', low = ''] =
    source.takeMatch(/\\u([dD][89abAB][\dA-Fa-f]{2})\\u([dD][c-fC-F][\dA-Fa-f]{2})/y) ?? [];
  if (high !== '') {
    const pair = String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16));
    return pair.codePointAt(0);
  }
  const [found, two, four, any] =
    source.takeMatch(/\\x([\dA-Fa-f]{2})|\\u([\dA-Fa-f]{4})|\\u\{([\dA-Fa-f]+)\}/y) ?? [];
  if (found === undefined) return undefined;
  const codePoint = Number.parseInt(two ?? four ?? any ?? '', 16);
  return codePoint <= 0x10ffff ? codePoint : undefined;
}
