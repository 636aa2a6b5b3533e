import type { CharacterSet } from './character-set.ts';
import type { Assertion, PatternNode } from './pattern-node.ts';
import { UnreadablePatternError } from './unreadable-pattern-error.ts';

/** A step of a program; the others are named by their index. */
export type Instruction =
  | { readonly kind: 'character'; readonly set: CharacterSet; readonly next: number }
  | Run
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'split'; readonly targets: readonly number[] }
  | { readonly kind: 'match' };

/** Several characters of one set. */
export interface Run {
  readonly kind: 'run';
  readonly set: CharacterSet;
  readonly minimum: number;
  readonly maximum: number;
  readonly next: number;
}

/** A nondeterministic automaton: https://swtch.com/~rsc/regexp/regexp1.html */
export interface PatternProgram {
  readonly instructions: readonly Instruction[];
  readonly start: number;
}

/**
 * Writes a pattern out, its repetitions included.
 *
 * @throws UnreadablePatternError where that would be too much.
 */
export function buildProgram(node: PatternNode): PatternProgram {
  if (stepsOf(node) > maxSteps) {
    throw new UnreadablePatternError(
      `the pattern comes to more than ${maxSteps} steps when its repetitions are written out; repeat less`,
    );
  }
  const instructions: Instruction[] = [{ kind: 'match' }];
  return { instructions, start: build(withoutEnds(node), 0, instructions) };
}

/** A whole text is matched anyway: `^` before everything and `$` behind it say nothing. */
function withoutEnds(node: PatternNode): PatternNode {
  if (node.kind !== 'sequence') return node;
  const { parts } = node;
  const isEnd = (part: PatternNode | undefined, assertion: Assertion) =>
    part?.kind === 'assertion' && part.assertion === assertion;
  const kept = parts.slice(
    isEnd(parts[0], 'start') ? 1 : 0,
    isEnd(parts.at(-1), 'end') ? parts.length - 1 : parts.length,
  );
  return { kind: 'sequence', parts: kept };
}

/** Each step may be taken at each character of a value: more would be felt by the next request. */
const maxSteps = 2000;

/** What a run costs beside one step, however long it may be. */
const maxRunSteps = 7;

function stepsOf(node: PatternNode): number {
  switch (node.kind) {
    case 'characters':
      return 1 + node.set.cost;
    case 'assertion':
      return 1;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + stepsOf(part), 0);
    case 'choice':
      return node.options.reduce((sum, option) => sum + stepsOf(option), 1);
    case 'repeat': {
      const steps = stepsOf(node.of);
      const isEndless = node.maximum === Number.POSITIVE_INFINITY;
      // A run remembers where it may have begun: no more places than it may be long, and one where that has no end.
      if (node.of.kind === 'characters') return steps + (isEndless ? 0 : Math.min(node.maximum, maxRunSteps));
      return (steps + 1) * (isEndless ? node.minimum + 1 : node.maximum);
    }
  }
}

/** Adds what a node needs and returns its first instruction; `next` is the one that follows. */
function build(node: PatternNode, next: number, instructions: Instruction[]): number {
  switch (node.kind) {
    case 'characters':
      return instructions.push({ kind: 'character', set: node.set, next }) - 1;
    case 'assertion':
      return instructions.push({ kind: 'assertion', assertion: node.assertion, next }) - 1;
    case 'sequence':
      return node.parts.reduceRight((following, part) => build(part, following, instructions), next);
    case 'choice': {
      const targets = node.options.map(option => build(option, next, instructions));
      return instructions.push({ kind: 'split', targets }) - 1;
    }
    case 'repeat':
      return buildRepeat(node, next, instructions);
  }
}

function buildRepeat(
  { of, minimum, maximum }: PatternNode & { readonly kind: 'repeat' },
  next: number,
  instructions: Instruction[],
): number {
  if (maximum === 0) return next;
  if (of.kind === 'characters')
    return instructions.push({ kind: 'run', set: of.set, minimum, maximum, next }) - 1;
  let first = next;
  if (maximum === Number.POSITIVE_INFINITY) {
    first = instructions.push({ kind: 'match' }) - 1;
    instructions[first] = { kind: 'split', targets: [build(of, first, instructions), next] };
  } else {
    for (let count = minimum; count < maximum; count++)
      first = instructions.push({ kind: 'split', targets: [build(of, first, instructions), next] }) - 1;
  }
  for (let count = 0; count < minimum; count++) first = build(of, first, instructions);
  return first;
}
