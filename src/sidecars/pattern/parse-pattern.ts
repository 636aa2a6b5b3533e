/**
 * Reads the regular expressions of JavaScript, with its flag `u`, without what cannot be matched in linear time.
 * https://tc39.es/ecma262/#sec-patterns
 */
import { type CharacterItem, characterSet } from './character-set.ts';
import { lineTerminators, type PatternEscape, readEscape } from './pattern-escape.ts';
import type { PatternNode } from './pattern-node.ts';
import { PatternText } from './pattern-text.ts';
import { UnreadablePatternError } from './unreadable-pattern-error.ts';

/**
 * Takes a pattern apart.
 *
 * @throws UnreadablePatternError where it is none, or holds what is not supported.
 */
export function parsePattern(text: string): PatternNode {
  if (text.length > maxLength)
    throw new UnreadablePatternError(`the pattern has more than ${maxLength} characters`);
  const source = new PatternText(text);
  const node = readChoice(source, { depth: 0, groupNames: new Set() });
  if (!source.isAtEnd()) throw new UnreadablePatternError();
  return node;
}

const maxLength = 4096;

interface Context {
  /** How many groups stand around this place. */
  readonly depth: number;
  readonly groupNames: Set<string>;
}

function readChoice(source: PatternText, context: Context): PatternNode {
  const options = [readSequence(source, context)];
  while (source.take('|')) options.push(readSequence(source, context));
  const [only, ...others] = options;
  return only && others.length === 0 ? only : { kind: 'choice', options };
}

function readSequence(source: PatternText, context: Context): PatternNode {
  const parts: PatternNode[] = [];
  while (!source.isAtEnd() && !source.isAt('|') && !source.isAt(')')) parts.push(readTerm(source, context));
  const [only, ...others] = parts;
  return only?.kind === 'characters' && others.length === 0 ? only : { kind: 'sequence', parts };
}

function readTerm(source: PatternText, context: Context): PatternNode {
  const of = readAtom(source, context);
  const quantity = readQuantity(source);
  if (quantity === undefined) return of;
  if (of.kind === 'assertion' || quantity.minimum > quantity.maximum) throw new UnreadablePatternError();
  return { kind: 'repeat', of, ...quantity };
}

/** How often something may stand there. Whether few or many are tried first makes no difference to a whole text. */
function readQuantity(
  source: PatternText,
): { readonly minimum: number; readonly maximum: number } | undefined {
  const [found, minimum = '', comma, maximum] = source.takeMatch(/[*+?]\??|\{(\d+)(?:(,)(\d*))?\}\??/y) ?? [];
  if (found === undefined) return undefined;
  if (found.startsWith('?')) return { minimum: 0, maximum: 1 };
  if (minimum === '') return { minimum: found.startsWith('+') ? 1 : 0, maximum: Number.POSITIVE_INFINITY };
  const most = maximum ? Number(maximum) : Number.POSITIVE_INFINITY;
  return { minimum: Number(minimum), maximum: comma === undefined ? Number(minimum) : most };
}

function readAtom(source: PatternText, context: Context): PatternNode {
  if (source.isAt('(')) return readGroup(source, context);
  if (source.take('[')) return readClass(source);
  if (source.take('.')) return { kind: 'characters', set: characterSet(lineTerminators, true) };
  if (source.take('^')) return { kind: 'assertion', assertion: 'start' };
  if (source.take('$')) return { kind: 'assertion', assertion: 'end' };
  if (source.take('\\b')) return { kind: 'assertion', assertion: 'boundary' };
  if (source.take('\\B')) return { kind: 'assertion', assertion: 'no-boundary' };
  if (source.isAt('\\'))
    return { kind: 'characters', set: characterSet(itemsOf(readEscape(source, 'text'))) };
  if (source.takeMatch(/[*+?{}\])]/y)) throw new UnreadablePatternError();
  return { kind: 'characters', set: characterSet(itemsOf(source.takeCharacter())) };
}

function readGroup(source: PatternText, { depth, groupNames }: Context): PatternNode {
  refuseSpecialGroup(source);
  if (depth >= maxDepth)
    throw new UnreadablePatternError(`the pattern has groups in more than ${maxDepth} others`);
  const [, name] = source.takeMatch(/\((?:\?:|\?<([$_\p{ID_Start}][$\p{ID_Continue}]*)>)?/uy) ?? [];
  if (name !== undefined && groupNames.has(name)) throw new UnreadablePatternError();
  if (name !== undefined) groupNames.add(name);
  const node = readChoice(source, { depth: depth + 1, groupNames });
  if (!source.take(')')) throw new UnreadablePatternError();
  return node;
}

/** The stack of calls grows with them. */
const maxDepth = 100;

const specialGroups = [
  {
    pattern: /\(\?[=!]/y,
    problemOf: (found: string) =>
      `the look-ahead ${found} is not supported; write what the value may be, or what it may not be into "not"`,
  },
  {
    pattern: /\(\?<[=!]/y,
    problemOf: (found: string) =>
      `the look-behind ${found} is not supported; write what the value may be, or what it may not be into "not"`,
  },
  {
    pattern: /\(\?[a-z-]*:/y,
    problemOf: (found: string) => `the flags ${found} are not supported; write both cases, as in [Aa]`,
  },
];

function refuseSpecialGroup(source: PatternText): void {
  if (source.isAt('(?:')) return;
  for (const { pattern, problemOf } of specialGroups) {
    const [found] = source.takeMatch(pattern) ?? [];
    if (found !== undefined) throw new UnreadablePatternError(problemOf(found));
  }
}

function readClass(source: PatternText): PatternNode {
  const isNegated = source.take('^');
  const items: CharacterItem[] = [];
  while (!source.take(']')) items.push(...readClassItems(source));
  return { kind: 'characters', set: characterSet(items, isNegated) };
}

function readClassItems(source: PatternText): readonly CharacterItem[] {
  const from = readClassCharacter(source);
  if (!source.isAt('-') || source.isAt('-]')) return itemsOf(from);
  source.take('-');
  const to = readClassCharacter(source);
  if (typeof from !== 'number' || typeof to !== 'number' || from > to) throw new UnreadablePatternError();
  return [{ from, to }];
}

function readClassCharacter(source: PatternText): PatternEscape {
  return source.isAt('\\') ? readEscape(source, 'class') : source.takeCharacter();
}

function itemsOf(found: PatternEscape): readonly CharacterItem[] {
  return typeof found === 'number' ? [{ from: found, to: found }] : found;
}
