import type { Assertion } from './pattern-node.ts';
import type { Instruction, PatternProgram, Run } from './pattern-program.ts';
import { RunBeginnings } from './run-beginnings.ts';

/**
 * Whether a pattern matches a whole text. All ways through the pattern are walked at once, a character at a time, so that
 * the time is at most the steps of the pattern times the length of the text.
 */
export function matchesWhole(program: PatternProgram, text: string): boolean {
  const { instructions, start } = program;
  const only = instructions[start];
  // Most patterns of definitions are nothing else.
  if (only?.kind === 'run' && instructions[only.next]?.kind === 'match') return isRun(only, text);
  const walk = new Walk(instructions, text.codePointAt(0));
  walk.enter(start);
  for (let index = 0; index < text.length; ) {
    if (walk.isStuck()) return false;
    const character = text.codePointAt(index) ?? 0;
    index += character > 0xffff ? 2 : 1;
    walk.step(character, text.codePointAt(index));
  }
  return walk.isMatch();
}

function isRun({ set, minimum, maximum }: Run, text: string): boolean {
  let length = 0;
  for (let index = 0; index < text.length; length++) {
    const character = text.codePointAt(index) ?? 0;
    if (!set.has(character)) return false;
    index += character > 0xffff ? 2 : 1;
  }
  return length >= minimum && length <= maximum;
}

/** The ways through a program that are open at one place of a text, between two characters. */
class Walk {
  readonly #instructions: readonly Instruction[];
  #position = 0;
  /** The characters around the place, of which there is one less at each end of the text. */
  #before: number | undefined;
  #after: number | undefined;
  #matchedAt = -1;
  /** The instructions that wait for a character. */
  #waiting: number[] = [];
  /** For each instruction the place after the one where it was entered last. */
  readonly #entered: Int32Array;
  /** What `enter` has still to open. */
  readonly #open: number[] = [];
  /** The open runs, by their instruction. */
  readonly #runs: (RunBeginnings | undefined)[] = [];

  constructor(instructions: readonly Instruction[], first: number | undefined) {
    this.#instructions = instructions;
    this.#entered = new Int32Array(instructions.length);
    this.#after = first;
  }

  isStuck(): boolean {
    return this.#waiting.length === 0;
  }

  isMatch(): boolean {
    return this.#matchedAt === this.#position;
  }

  /** Takes a character and comes to the place between it and the next one. */
  step(character: number, next: number | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#position += 1;
    this.#before = character;
    this.#after = next;
    const reached: number[] = [];
    for (const id of waiting) {
      const instruction = this.#instructions[id];
      if (instruction?.kind === 'character') {
        if (instruction.set.has(character)) reached.push(instruction.next);
      } else if (instruction?.kind === 'run') {
        if (this.#isLongEnough(id, instruction, character)) reached.push(instruction.next);
      }
    }
    for (const id of reached) this.enter(id);
  }

  /** Makes a run longer by a character, or ends it; says whether it may be left behind now. */
  #isLongEnough(id: number, { set, minimum, maximum }: Run, character: number): boolean {
    const length = set.has(character) ? this.#runs[id]?.longest(this.#position, maximum) : undefined;
    if (length === undefined) {
      this.#runs[id] = undefined;
      return false;
    }
    this.#waiting.push(id);
    return length >= minimum;
  }

  /** Opens everything that can be reached from an instruction without another character. */
  enter(first: number): void {
    this.#open.push(first);
    for (let id = this.#open.pop(); id !== undefined; id = this.#open.pop()) {
      if (this.#entered[id] === this.#position + 1) continue;
      this.#entered[id] = this.#position + 1;
      this.#enterOne(id);
    }
  }

  #enterOne(id: number): void {
    const instruction = this.#instructions[id];
    switch (instruction?.kind) {
      case 'character':
        this.#waiting.push(id);
        break;
      case 'run':
        this.#enterRun(id, instruction.maximum);
        if (instruction.minimum === 0) this.#open.push(instruction.next);
        break;
      case 'assertion':
        if (isTrue(instruction.assertion, this.#before, this.#after)) this.#open.push(instruction.next);
        break;
      case 'split':
        for (const target of instruction.targets) this.#open.push(target);
        break;
      case 'match':
        this.#matchedAt = this.#position;
    }
  }

  #enterRun(id: number, maximum: number): void {
    const run = this.#runs[id];
    if (run === undefined) {
      this.#runs[id] = new RunBeginnings(this.#position);
      this.#waiting.push(id);
    } else if (maximum !== Number.POSITIVE_INFINITY) {
      // Without a maximum only the longest counts.
      run.add(this.#position);
    }
  }
}

function isTrue(assertion: Assertion, before: number | undefined, after: number | undefined): boolean {
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
