import { createContext, Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../src/sidecars/pattern/pattern.ts';
import { escapes, pattern, plain, sets } from './arbitrary-pattern.ts';

/** What JavaScript itself makes of a pattern; undefined where it is none. */
function regExpOf(pattern: string): RegExp | undefined {
  try {
    new RegExp(pattern, 'u');
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
}

const characters = [
  ...'ab01_-.,:/\\ $^*[]{}()|?+',
  '\n',
  '\r',
  '\t',
  '\v',
  '\u00a0',
  '\u2028',
  '\ufeff',
  'é',
  'ß',
  '日',
  '🌱',
  '\u{10ffff}',
  '\ud83c',
  '\udf31',
  '\0',
  '\u0008',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map(parts => parts.join('')),
  fc.array(fc.constantFrom('a', 'b', '-', '/'), { maxLength: 12 }).map(parts => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** Backtracking takes its time where many ways lead to the same place. */
const isQuick = (text: string) => text.length <= 12;

const judgement = new Script('regExp?.test(value)');
const asked: { regExp?: RegExp; value?: string } = createContext({});

/** What JavaScript says; its backtracking may take minutes, where ours is linear. */
function judgementOf(regExp: RegExp | undefined, value: string): boolean | undefined | 'takes too long' {
  Object.assign(asked, { regExp, value });
  try {
    return judgement.runInContext(asked, { timeout: 1000 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'takes too long';
    throw error;
  }
}

describe('a pattern', () => {
  it('means what it means to JavaScript', () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 6 }), (source, texts) => {
        const compiled = compilePattern(source);
        const regExp = regExpOf(source);
        if ('problem' in compiled) {
          if (regExp !== undefined) expect(compiled.problem, source).toMatch(/ steps when /);
          return;
        }
        for (const value of texts.filter(isQuick)) {
          const possible = [compiled.matches(value), 'takes too long'];
          expect(possible, `${source} on ${JSON.stringify(value)}`).toContain(judgementOf(regExp, value));
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('matches texts that were made from it', () => {
    const simple = fc.constantFrom(
      '(a|ab)(c|bcd)(d*)',
      '[a-z]{2,5}(-[a-z]{2,5})*',
      '(a*)*b?',
      '(a{1,3}b){2,4}',
      '\\d+(\\.\\d+)?(Ki|Mi|Gi)?',
      '([^,=]+=[^,]*)(,[^,=]+=[^,]*)*',
      '.{3,40}x.{0,5}',
    );
    fc.assert(
      fc.property(
        simple.chain(source =>
          fc.tuple(fc.constant(source), fc.stringMatching(new RegExp(`^(?:${source})$`, 'u'))),
        ),
        ([source, value]) => {
          const compiled = compilePattern(source);
          expect('matches' in compiled && compiled.matches(value), `${source} on ${value}`).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is one for JavaScript where it is one here, and what JavaScript has beside is named', () => {
    const token = fc.constantFrom(
      ...characters,
      ...sets,
      ...escapes,
      ...plain,
      '(?:',
      '(?=',
      '(?!',
      '(?<=',
      '(?<!',
      '(?<n>',
      '(?<m>',
      '(?i:',
      '(?s-m:',
      '\\1',
      '\\2',
      '\\k<n>',
      '{1}',
      '{2,1}',
      '{1,}',
      '{,1}',
      '\\u',
      '\\c',
      '\\08',
      '\\p{X}',
      '\\p',
      '\\q',
      '\\-',
      ']',
      '[^',
      'a-b',
      'b-a',
      '\\B',
      '(',
      ')',
    );
    const named = /(look-ahead|look-behind|back-reference|flags) \S+ (is|are) not supported; /;
    fc.assert(
      fc.property(fc.array(token, { maxLength: 7 }), text, (tokens, value) => {
        const source = tokens.join('');
        const compiled = compilePattern(source);
        const regExp = regExpOf(source);
        if ('problem' in compiled) {
          if (regExp !== undefined) expect(compiled.problem, source).toMatch(named);
        } else {
          expect(regExp, source).toBeDefined();
          expect(compiled.matches(value), `${source} on ${JSON.stringify(value)}`).toBe(regExp?.test(value));
        }
      }),
      { numRuns: 5000 },
    );
  });
});
