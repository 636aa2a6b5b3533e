/** A set of characters, as a class of a pattern names it. */
export interface CharacterSet {
  readonly has: (codePoint: number) => boolean;
  /** How much a look takes, beside one step. */
  readonly cost: number;
  /** What it is made of: it has all in these, or where it is negated all others. */
  readonly items: readonly CharacterItem[];
  readonly isNegated: boolean;
}

/** A part of a set: the characters between two, both included, or those with a property of Unicode. */
export type CharacterItem = CharacterRange | UnicodeProperty;

export interface CharacterRange {
  readonly from: number;
  readonly to: number;
}

export interface UnicodeProperty {
  readonly property: string;
  readonly isNegated: boolean;
}

/** The set of all characters in any of the items, or of all that are in none. */
export function characterSet(items: readonly CharacterItem[], isNegated = false): CharacterSet {
  const ranges = merged(items.filter(isRange));
  const properties = propertyTests(items.filter(isProperty));
  const isIn = (codePoint: number) =>
    isInRanges(ranges, codePoint) || properties.some(isOfProperty => isOfProperty(codePoint));
  // Nearly every character of nearly every value is one of these.
  const ascii = Uint8Array.from({ length: 128 }, (_, codePoint) => Number(isIn(codePoint) !== isNegated));
  return {
    has: codePoint => (codePoint < 128 ? ascii[codePoint] === 1 : isIn(codePoint) !== isNegated),
    cost: properties.length,
    items,
    isNegated,
  };
}

/** All characters that are in none of the ranges. */
export function others(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const sorted = merged(ranges);
  const starts = [0, ...sorted.map(({ to }) => to + 1)];
  const ends = [...sorted.map(({ from }) => from - 1), lastCodePoint];
  return starts.flatMap((from, index) => {
    const to = ends[index] ?? lastCodePoint;
    return from <= to ? [{ from, to }] : [];
  });
}

/** The characters with a property, halves of pairs left out: they are no characters. Takes a while the first time. */
export function rangesOf({ property, isNegated }: UnicodeProperty): readonly CharacterRange[] {
  const key = `${isNegated} ${property}`;
  const ranges = knownRanges.get(key) ?? findRanges(propertyPattern(property, isNegated));
  knownRanges.set(key, ranges);
  return ranges;
}

/** There are a few hundred properties. */
const knownRanges = new Map<string, readonly CharacterRange[]>();

function findRanges(pattern: RegExp | undefined): readonly CharacterRange[] {
  const found: CharacterRange[] = [];
  for (let codePoint = 0; codePoint <= lastCodePoint; codePoint++) {
    if (codePoint === 0xd800) codePoint = 0xe000;
    if (pattern?.test(String.fromCodePoint(codePoint))) found.push({ from: codePoint, to: codePoint });
  }
  return merged(found);
}

/** Whether JavaScript knows a property of Unicode, such as `Letter` or `Script=Greek`. */
export function isUnicodeProperty(name: string): boolean {
  return propertyPattern(name, false) !== undefined;
}

const lastCodePoint = 0x10ffff;

function isRange(item: CharacterItem): item is CharacterRange {
  return 'from' in item;
}

function isProperty(item: CharacterItem): item is UnicodeProperty {
  return 'property' in item;
}

function merged(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

function isInRanges(ranges: readonly CharacterRange[], codePoint: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const { from, to } = ranges[middle] ?? { from: 0, to: 0 };
    if (codePoint < from) high = middle - 1;
    else if (codePoint > to) low = middle + 1;
    else return true;
  }
  return false;
}

function propertyTests(properties: readonly UnicodeProperty[]): readonly ((codePoint: number) => boolean)[] {
  const byName = new Map(properties.map(item => [`${item.isNegated} ${item.property}`, item]));
  return [...byName.values()].flatMap(({ property, isNegated }) => {
    const pattern = propertyPattern(property, isNegated);
    return pattern ? [codePoint => pattern.test(String.fromCodePoint(codePoint))] : [];
  });
}

/** The tables of Unicode are those of JavaScript itself: it is asked about one character at a time. */
function propertyPattern(name: string, isNegated: boolean): RegExp | undefined {
  if (!/^\w+(?:=\w+)?$/.test(name)) return undefined;
  try {
    return new RegExp(`^\\${isNegated ? 'P' : 'p'}{${name}}$`, 'u');
  } catch {
    return undefined;
  }
}
