import {
  type CharacterItem,
  type CharacterRange,
  type CharacterSet,
  rangesOf,
} from '../../sidecars/pattern/character-set.ts';
import { parsePattern } from '../../sidecars/pattern/parse-pattern.ts';
import type { Assertion, PatternNode } from '../../sidecars/pattern/pattern-node.ts';

/** A pattern for RE2, https://github.com/google/re2/wiki/Syntax, and whether it asks RE2 what characters there are. */
interface PrintedPattern {
  readonly text: string;
  readonly knowsUnicode: boolean;
}

/** A definition's pattern for RE2: it matches the same whole texts. */
export function printPattern(pattern: string): PrintedPattern {
  const printer = new Printer();
  const text = `\\A${bracketed(printer.print(parsePattern(pattern)))}\\z`;
  return { text, knowsUnicode: printer.knowsUnicode };
}

/** One of our own regular expressions for RE2, where it is not anchored as little as it is. It may have no look-around. */
export function printRegExp(pattern: RegExp): string {
  const printed = new Printer().print(parsePattern(pattern.source));
  return pattern.ignoreCase ? `(?i)${printed}` : printed;
}

const assertions: Readonly<Record<Assertion, string>> = {
  start: '\\A',
  end: '\\z',
  boundary: '\\b',
  'no-boundary': '\\B',
};

/** RE2 repeats nothing more often, repetitions within others multiplied. */
const maxCount = 1000;

class Printer {
  knowsUnicode = false;

  print(node: PatternNode): string {
    switch (node.kind) {
      case 'characters':
        return this.#set(node.set);
      case 'assertion':
        return assertions[node.assertion];
      case 'sequence':
        return node.parts
          .map(part => (part.kind === 'choice' ? bracketed(this.print(part)) : this.print(part)))
          .join('');
      case 'choice':
        return node.options.map(option => this.print(option)).join('|');
      case 'repeat':
        return this.#repeat(node);
    }
  }

  #repeat({ of, minimum, maximum }: PatternNode & { readonly kind: 'repeat' }): string {
    if (maximum === 0) return '';
    const one = of.kind === 'characters' ? this.print(of) : bracketed(this.print(of));
    if (minimum === 0 && maximum === Number.POSITIVE_INFINITY) return `${one}*`;
    if (minimum === 0 && maximum === 1) return `${one}?`;
    const inside = countOf(of);
    if (minimum <= 1 && maximum === Number.POSITIVE_INFINITY) return `${one}+`;
    const most = Math.max(1, Math.floor(maxCount / inside));
    const least = inPortions(minimum, most).map(count => (count === 1 ? one : `${one}{${count}}`));
    if (maximum === Number.POSITIVE_INFINITY) return `${least.join('')}${one}*`;
    const rest = inPortions(maximum - minimum, most).map(count =>
      count === 1 ? `${one}?` : `${one}{0,${count}}`,
    );
    // A common case in its common notation.
    if (maximum <= most && minimum !== maximum) return `${one}{${minimum},${maximum}}`;
    return [...least, ...rest].join('');
  }

  #set({ items, isNegated }: CharacterSet): string {
    const parts = items.map(item => this.#item(item)).filter(part => part !== '');
    if (parts.length === 0) return isNegated ? '[\\x{0}-\\x{10FFFF}]' : '[^\\x{0}-\\x{10FFFF}]';
    const [only] = items;
    if (!isNegated && items.length === 1 && only && 'from' in only && only.from === only.to)
      return character(only.from);
    return `[${isNegated ? '^' : ''}${parts.join('')}]`;
  }

  #item(item: CharacterItem): string {
    if ('from' in item) return range(item);
    const ranges = rangesOf(item).map(range).join('');
    const category = /^(?:C|L|M|N|P|S|Z)[a-z]?$/.test(item.property);
    // Whoever asks for all letters gets those that RE2 knows: thousands of ranges cost more than a policy may.
    if (!category || ranges.length <= maxRangesLength) return ranges;
    this.knowsUnicode = true;
    return `\\${item.isNegated ? 'P' : 'p'}{${item.property}}`;
  }
}

const maxRangesLength = 400;

function inPortions(count: number, most: number): readonly number[] {
  const whole = Array.from({ length: Math.floor(count / most) }, () => most);
  return count % most === 0 ? whole : [...whole, count % most];
}

/** How often RE2 counts the most repeated part of it. */
function countOf(node: PatternNode): number {
  switch (node.kind) {
    case 'characters':
    case 'assertion':
      return 1;
    case 'sequence':
      return Math.max(1, ...node.parts.map(countOf));
    case 'choice':
      return Math.max(1, ...node.options.map(countOf));
    case 'repeat': {
      const { of, minimum, maximum } = node;
      const count = maximum === Number.POSITIVE_INFINITY ? minimum : maximum;
      const inside = countOf(of);
      return inside * Math.min(Math.max(1, count), Math.max(1, Math.floor(maxCount / inside)));
    }
  }
}

function bracketed(text: string): string {
  return `(?:${text})`;
}

function range({ from, to }: CharacterRange): string {
  return from === to ? character(from) : `${character(from)}-${character(to)}`;
}

/** Letters, digits and what means nothing anywhere stand for themselves. */
function character(codePoint: number): string {
  const text = String.fromCodePoint(codePoint);
  if (/^[A-Za-z0-9/_:@,=%]$/.test(text)) return text;
  return /^[!-~]$/.test(text) ? `\\${text}` : `\\x{${codePoint.toString(16).toUpperCase()}}`;
}
