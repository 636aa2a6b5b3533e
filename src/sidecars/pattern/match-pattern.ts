import type { Assertion } from './pattern-node.ts';
import type { Instruction, PatternProgram } from './pattern-program.ts';

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
    walk.step({ position, before, after: text.codePointAt(index) });
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
  /** The places where the open runs began, the earliest first. */
  readonly #runs = new Map<number, RunBeginnings>();

  constructor(instructions: readonly Instruction[]) {
    this.#instructions = instructions;
    this.#entered = new Int32Array(instructions.length);
  }

  isStuck(): boolean {
    return this.#waiting.length === 0;
  }

  /** Takes the character before a place. */
  step(place: Place): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const reached: number[] = [];
    for (const id of waiting) {
      const next = this.#nextOf(id, place);
      if (next !== undefined) reached.push(next);
    }
    for (const id of reached) this.enter(id, place);
  }

  #nextOf(id: number, { position, before = 0 }: Place): number | undefined {
    const instruction = this.#instructions[id];
    if (instruction?.kind === 'character') {
      return instruction.set.has(before) ? instruction.next : undefined;
    }
    const beginnings = this.#runs.get(id);
    if (instruction?.kind !== 'run' || beginnings === undefined) return undefined;
    const length = instruction.set.has(before)
      ? beginnings.longest(position, instruction.maximum)
      : undefined;
    if (length === undefined) {
      this.#runs.delete(id);
      return undefined;
    }
    this.#waiting.push(id);
    return length >= instruction.minimum ? instruction.next : undefined;
  }

  /** Opens everything that can be reached from an instruction without another character. */
  enter(first: number, place: Place): void {
    const open = [first];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (this.#entered[id] === place.position + 1) continue;
      this.#entered[id] = place.position + 1;
      open.push(...this.#enterOne(id, place));
    }
  }

  #enterOne(id: number, place: Place): readonly number[] {
    const instruction = this.#instructions[id];
    switch (instruction?.kind) {
      case 'character':
        this.#waiting.push(id);
        return [];
      case 'run':
        this.#enterRun(id, place.position, instruction.maximum);
        return instruction.minimum === 0 ? [instruction.next] : [];
      case 'assertion':
        return isTrue(instruction.assertion, place) ? [instruction.next] : [];
      case 'split':
        return instruction.targets;
      default:
        this.matchedAt = place.position;
        return [];
    }
  }

  #enterRun(id: number, position: number, maximum: number): void {
    const beginnings = this.#runs.get(id);
    if (beginnings === undefined) {
      this.#runs.set(id, new RunBeginnings(position));
      this.#waiting.push(id);
    } else if (maximum !== Number.POSITIVE_INFINITY) {
      // Without a maximum only the longest counts.
      beginnings.add(position);
    }
  }
}

/** Where a run of characters may have begun. */
class RunBeginnings {
  readonly #positions: number[];
  #first = 0;

  constructor(position: number) {
    this.#positions = [position];
  }

  add(position: number): void {
    this.#positions.push(position);
  }

  /** How long the longest run is that is not too long; undefined where all are. */
  longest(position: number, maximum: number): number | undefined {
    const lengthAt = (index: number) => position - (this.#positions[index] ?? position);
    if (lengthAt(this.#first) > maximum) this.#first += 1;
    return this.#first < this.#positions.length ? lengthAt(this.#first) : undefined;
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
