/** Texts that a pattern matches, the shortest first: its program is walked as a graph, all ways at once. */
import type { CharacterSet } from '../pattern/character-set.ts';
import type { Assertion } from '../pattern/pattern-node.ts';
import type { PatternProgram, Run } from '../pattern/pattern-program.ts';

/** A place in the program, with what has been written on the way to it. */
interface Way {
  readonly instruction: number;
  /** How many characters of the run at this instruction are written. */
  readonly length: number;
  readonly text: Written | undefined;
  /** What the next character must be because of an assertion that was passed. */
  readonly next: Wanted;
}

/** A text as its last character and what stands before it, so that ways share their beginnings. */
interface Written {
  readonly before: Written | undefined;
  readonly character: number;
  readonly length: number;
}

type Wanted = 'any' | 'none' | 'word' | 'other' | 'other-or-none';

/** What a whole walk may cost, and how long a text may become. */
const maxWays = 20_000;
const maxLength = 4096;

/** How many texts may lead to one and the same state: with one alone, a `not` could refuse the only text. */
const waysPerState = 6;

/** Up to so many texts that a program matches, never the empty one; there may be more than are found. */
export function textsOf(program: PatternProgram, count: number): readonly string[] {
  const found: string[] = [];
  const walk = new TextWalk(program);
  let level: readonly Way[] = [{ instruction: program.start, length: 0, text: undefined, next: 'any' }];
  while (level.length > 0 && found.length < count) {
    const { matched, longer } = walk.step(level);
    found.push(...matched);
    level = longer;
  }
  return found.slice(0, count);
}

/** What became of ways whose texts are equally long. */
interface Level {
  readonly matched: string[];
  /** The ways with one more character. */
  readonly longer: Way[];
}

class TextWalk {
  readonly #program: PatternProgram;
  readonly #seen = new Map<string, (Written | undefined)[]>();
  readonly #characters = new Map<CharacterSet, Characters>();
  #ways = 0;

  constructor(program: PatternProgram) {
    this.#program = program;
  }

  /** Follows ways as far as they go with a character more. */
  step(ways: readonly Way[]): Level {
    const level: Level = { matched: [], longer: [] };
    const open = ways.toReversed();
    for (let way = open.pop(); way !== undefined && this.#ways < maxWays; way = open.pop()) {
      if (!isNew(this.#seen, way)) continue;
      this.#ways += 1;
      open.push(...this.#follow(way, level).toReversed());
    }
    return level;
  }

  /** The ways that go on from one without a character. */
  #follow(way: Way, { matched, longer }: Level): readonly Way[] {
    const instruction = this.#program.instructions[way.instruction];
    const at = (target: number): Way => ({ ...way, instruction: target, length: 0 });
    switch (instruction?.kind) {
      case 'split':
        return instruction.targets.map(at);
      case 'assertion': {
        const next = afterAssertion(instruction.assertion, way);
        return next ? [{ ...at(instruction.next), next }] : [];
      }
      case 'character':
        longer.push(...this.#written(way, instruction.set, at(instruction.next)));
        return [];
      case 'run':
        if (way.length < instruction.maximum) {
          const place = { ...way, length: lengthAfter(way.length, instruction) };
          longer.push(...this.#written(way, instruction.set, place));
        }
        return way.length >= instruction.minimum ? [at(instruction.next)] : [];
      default:
        if (way.text && canEnd(way)) matched.push(textOf(way.text));
        return [];
    }
  }

  /** A way with one more character, in several ways. */
  #written({ text, next }: Way, set: CharacterSet, place: Way): readonly Way[] {
    const length = (text?.length ?? 0) + 1;
    if (next === 'none' || length > maxLength) return [];
    const { word, other } = this.#charactersOf(set);
    const wanted = [...(next.startsWith('other') ? [] : word), ...(next === 'word' ? [] : other)];
    return wanted
      .filter(character => text !== undefined || character !== minus)
      .map(character => ({ ...place, text: { before: text, character, length }, next: 'any' }));
  }

  #charactersOf(set: CharacterSet): Characters {
    const characters = this.#characters.get(set) ?? charactersOf(set);
    this.#characters.set(set, characters);
    return characters;
  }
}

function canEnd({ next }: Way): boolean {
  return next === 'any' || next.endsWith('none');
}

/** A run without an end is as long as its minimum: what follows is the same however long it is. */
function lengthAfter(length: number, { minimum, maximum }: Run): number {
  return maximum === Number.POSITIVE_INFINITY ? Math.min(length + 1, minimum) : length + 1;
}

function isNew(
  seen: Map<string, (Written | undefined)[]>,
  { instruction, length, text, next }: Way,
): boolean {
  const state = `${instruction} ${length} ${next} ${text === undefined ? '' : isWord(text.character)}`;
  const texts = seen.get(state) ?? [];
  if (texts.length >= waysPerState || texts.includes(text)) return false;
  seen.set(state, [...texts, text]);
  return true;
}

/** No value begins with one. */
const minus = 0x2d;

interface Characters {
  readonly word: readonly number[];
  readonly other: readonly number[];
}

/** Characters of a set, those first that a person would write. */
function charactersOf({ has }: CharacterSet): Characters {
  const word = preferredWord.filter(has).slice(0, 2);
  const other = preferredOther.filter(has).slice(0, 2);
  if (word.length + other.length > 0) return { word, other };
  for (let character = 0xa1; character < 0x30000; character++) {
    if (has(character) && /^[^\p{C}\p{Z}]$/u.test(String.fromCodePoint(character)))
      return { word: [], other: [character] };
  }
  return { word: [], other: [] };
}

const codePoints = (text: string) => [...text].map(character => character.codePointAt(0) ?? 0);
const preferredWord = codePoints('abcdefghijklmnopqrstuvwxyz123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0_');
const preferredOther = codePoints('.-/:,=@+#%&;!?*^|~$(){}[]<>\'"`\\ ');

function isWord(character: number): boolean {
  return preferredWord.includes(character);
}

/** What the next character must be where an assertion holds; undefined where it cannot. */
function afterAssertion(assertion: Assertion, { text, next }: Way): Wanted | undefined {
  if (assertion === 'start') return text === undefined ? next : undefined;
  if (assertion === 'end') return both(next, 'none');
  const isAfterWord = text !== undefined && isWord(text.character);
  return both(next, isAfterWord === (assertion === 'boundary') ? 'other-or-none' : 'word');
}

function both(one: Wanted, other: Wanted): Wanted | undefined {
  if (one === other || other === 'any') return one;
  if (one === 'any') return other;
  const [a, b] = [possible[one], possible[other]];
  const common = a.filter(kind => b.includes(kind));
  return wantedKinds.find(kind => possible[kind].join() === common.join());
}

const possible: Readonly<Record<Wanted, readonly ('word' | 'other' | 'none')[]>> = {
  any: ['word', 'other', 'none'],
  none: ['none'],
  word: ['word'],
  other: ['other'],
  'other-or-none': ['other', 'none'],
};
const wantedKinds = Object.keys(possible) as readonly Wanted[];

function textOf(text: Written): string {
  const characters: number[] = [];
  for (let part: Written | undefined = text; part; part = part.before) characters.push(part.character);
  return characters
    .reverse()
    .map(character => String.fromCodePoint(character))
    .join('');
}
