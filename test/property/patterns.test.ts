import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../src/sidecars/pattern/pattern.ts';

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

const sets = ['\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '\\p{L}', '\\P{Lu}', '\\p{Script=Han}', '\\p{Zs}'];
const escapes = [
  '\\n',
  '\\t',
  '\\v',
  '\\cJ',
  '\\0',
  '\\x61',
  '\\u0062',
  '\\u{1F331}',
  '\\ud83c\\udf31',
  '\\ud83c',
  '\\/',
  '\\.',
  '\\$',
  '\\\\',
];
const plain = ['a', 'b', '0', '_', '-', ',', ':', '/', 'é', '日', '🌱'];
const inClass = fc.constantFrom(
  ...sets,
  ...escapes,
  ...plain,
  'a-b',
  '0-9',
  '!-~',
  '\\b',
  '\\-',
  '[',
  '.',
  '$',
  '(',
  '\\x00-\\x1f',
  '日-月',
);
const characterClass = fc
  .tuple(fc.constantFrom('[', '[^'), fc.array(inClass, { maxLength: 4 }))
  .map(([open, items]) => `${open}${items.join('')}]`);
const quantity = fc.constantFrom(
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{0}',
  '{1,3}',
  '{2,}',
  '{0,2}?',
  '{3,40}',
);

const { pattern } = fc.letrec<{ pattern: string; sequence: string; term: string; atom: string }>(tie => ({
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map(options => options.join('|')),
  sequence: fc.array(tie('term'), { maxLength: 4 }).map(parts => parts.join('')),
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('^', '$', '\\b', '\\B'),
    tie('atom'),
    fc.tuple(tie('atom'), quantity).map(([atom, many]) => `${atom}${many}`),
  ),
  atom: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...plain, ...escapes, ...sets, '.'),
    characterClass,
    tie('pattern').map(inner => `(${inner})`),
    tie('pattern').map(inner => `(?:${inner})`),
  ),
}));

/** Backtracking takes its time where many ways lead to the same place. */
const isQuick = (text: string) => text.length <= 12;

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
          expect(compiled.matches(value), `${source} on ${JSON.stringify(value)}`).toBe(regExp?.test(value));
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
