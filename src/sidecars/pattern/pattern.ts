/** The patterns that definitions write for their parameters; docs/adr/0010-patterns-in-linear-time.md says why. */
import { matchesWhole } from './match-pattern.ts';
import { parsePattern } from './parse-pattern.ts';
import { buildProgram, type PatternProgram } from './pattern-program.ts';
import { UnreadablePatternError } from './unreadable-pattern-error.ts';

export interface Pattern {
  readonly program: PatternProgram;
  /** Whether the whole text fits, in a time that grows in proportion to its length. */
  readonly matches: (text: string) => boolean;
}

/** Reads a pattern, or says what is wrong with it. */
export function compilePattern(text: string): Pattern | { readonly problem: string } {
  try {
    const program = buildProgram(parsePattern(text));
    return { program, matches: value => matchesWhole(program, value) };
  } catch (error) {
    if (!(error instanceof UnreadablePatternError)) throw error;
    return { problem: error.problem ?? `"${text}" is no regular expression` };
  }
}
