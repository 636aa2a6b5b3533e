import type { Assertion } from './pattern-node.ts';
import type { Instruction, PatternProgram } from './pattern-program.ts';
import { RunBeginnings } from './run-beginnings.ts';

/**
 * Whether a pattern matches a whole text. All ways through the pattern are walked at once, a character at a time, so that
 * the time is at most the steps of the pattern times the length of the text.
 */
export function matchesWhole({ instructions, start }: PatternProgram, text: string): boolean {
  const walk = new Walk(instructions);
  walk.enter(start, { position: 0, before: undefined, after: text.codePointAt(0) });
  let [position, index] = [0, 0];
  while (index < text.length) {
    if (walk.isStuck()) return false;
    const before = text.codePointAt(index) ?? 0;
    index += before > 0xffff ? 2 : 1;
    position += 1;
    walk.step(before, { position, before, after: text.codePointAt(index) });
  }
  return walk.matchedAt === position;
}

/** A place between two characters, of which there is one less at each end of the text. */
interface Place {
  readonly position: number;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** The ways through a program that are open at one place of a text. */
class Walk {
  matchedAt = -1;
  readonly #instructions: readonly Instruction[];
  /** The instructions that wait for a character. */
  #waiting: number[] = [];
  /** For each instruction the place after the one where it was entered last. */
  readonly #entered: Int32Array;
  /** The open runs, by their instruction. */
  readonly #runs: (RunBeginnings | undefined)[] = [];

  constructor(instructions: readonly Instruction[]) {
    this.#instructions = instructions;
    this.#entered = new Int32Array(instructions.length);
  }

  isStuck(): boolean {
    return this.#waiting.length === 0;
  }

  /** Takes a character and comes to the place after it. */
  step(character: number, place: Place): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const reached: number[] = [];
    for (const id of waiting) {
      const instruction = this.#instructions[id];
      if (instruction?.kind === 'character') {
        if (instruction.set.has(character)) reached.push(instruction.next);
      } else if (instruction?.kind === 'run') {
        if (this.#isLongEnough(id, instruction, character, place)) reached.push(instruction.next);
      }
    }
    for (const id of reached) this.enter(id, place);
  }

  /** Makes a run longer by a character, or ends it; says whether it may be left behind now. */
  #isLongEnough(
    id: number,
    { set, minimum, maximum }: Instruction & { readonly kind: 'run' },
    character: number,
    { position }: Place,
  ): boolean {
    const length = set.has(character) ? this.#runs[id]?.longest(position, maximum) : undefined;
    if (length === undefined) {
      this.#runs[id] = undefined;
      return false;
    }
    this.#waiting.push(id);
    return length >= minimum;
  }

  /** Opens everything that can be reached from an instruction without another character. */
  enter(first: number, place: Place): void {
    const open = [first];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (this.#entered[id] === place.position + 1) continue;
      this.#entered[id] = place.position + 1;
      const instruction = this.#instructions[id];
      switch (instruction?.kind) {
        case 'character':
          this.#waiting.push(id);
          break;
        case 'run':
          this.#enterRun(id, place.position, instruction.maximum);
          if (instruction.minimum === 0) open.push(instruction.next);
          break;
        case 'assertion':
          if (isTrue(instruction.assertion, place)) open.push(instruction.next);
          break;
        case 'split':
          open.push(...instruction.targets);
          break;
        case 'match':
          this.matchedAt = place.position;
      }
    }
  }

  #enterRun(id: number, position: number, maximum: number): void {
    const run = this.#runs[id];
    if (run === undefined) {
      this.#runs[id] = new RunBeginnings(position);
      this.#waiting.push(id);
    } else if (maximum !== Number.POSITIVE_INFINITY) {
      // Without a maximum only the longest counts.
      run.add(position);
    }
  }
}

function isTrue(assertion: Assertion, { before, after }: Place): boolean {
  switch (assertion) {
    case 'start':
      return before === undefined;
    case 'end':
      return after === undefined;
    case 'boundary':
      return isWord(before) !== isWord(after);
    case 'no-boundary':
      return isWord(before) === isWord(after);
  }
}

function isWord(codePoint: number | undefined): boolean {
  return codePoint !== undefined && /^\w$/.test(String.fromCodePoint(codePoint));
}
