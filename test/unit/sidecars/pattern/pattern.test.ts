import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../src/sidecars/pattern/pattern.ts';

function matches(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) throw new Error(compiled.problem);
  return compiled.matches(text);
}

function problemOf(pattern: string): string | undefined {
  const compiled = compilePattern(pattern);
  return 'problem' in compiled ? compiled.problem : undefined;
}

describe('a pattern', () => {
  it.each([
    ['a|ab', 'ab', true],
    ['a|ab', 'abc', false],
    ['(blob:none|tree:\\d+)', 'tree:12', true],
    ['^(blob:none|tree:\\d+)$', 'tree:', false],
    ['[a-z]{2,3}', 'abcd', false],
    ['(?:ab){2,}', 'ababab', true],
    ['(?<year>\\d{4})-(?<day>\\d{1,3})', '2024-1', true],
    ['\\p{Script=Greek}+', 'αβγ', true],
    ['[^\\s,]+', 'a\u00a0b', false],
    ['.+', 'a\u2028b', false],
    ['\\bfoo\\b.*', 'foo bar', true],
    ['\\u{1F331}[\\ud83c\\udf31]', '🌱🌱', true],
    ['', '', true],
    ['[]', 'a', false],
    ['[^]', '\n', true],
    ['(a{2}|b{3,4}){2}', 'aabbbb', true],
    ['.{0,4096}', 'x'.repeat(4096), true],
    ['.{0,4095}', 'x'.repeat(4096), false],
    ['(x{1,100}-){3}', `${'x'.repeat(100)}-x-xx-`, true],
    ['(x{2,3}y?){2,3}', 'xxxxxxx', true],
  ])('/%s/ matches %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each([
    [
      '(?=a)b',
      'the look-ahead (?= is not supported; write what the value may be, or what it may not be into "not"',
    ],
    [
      'a(?!b)',
      'the look-ahead (?! is not supported; write what the value may be, or what it may not be into "not"',
    ],
    [
      '(?<=a)b',
      'the look-behind (?<= is not supported; write what the value may be, or what it may not be into "not"',
    ],
    [
      '(?<!a)b',
      'the look-behind (?<! is not supported; write what the value may be, or what it may not be into "not"',
    ],
    ['(a)\\1', 'the back-reference \\1 is not supported; write what it may be once more'],
    ['(?<n>a)\\k<n>', 'the back-reference \\k<n> is not supported; write what it may be once more'],
    ['(?i:true)', 'the flags (?i: are not supported; write both cases, as in [Aa]'],
    ['a(?s-m:.)', 'the flags (?s-m: are not supported; write both cases, as in [Aa]'],
    [
      '((a{1,50}){1,50}){1,50}',
      'the pattern comes to more than 2000 steps when its repetitions are written out; repeat less',
    ],
    [
      '(ab){1000000000}',
      'the pattern comes to more than 2000 steps when its repetitions are written out; repeat less',
    ],
    ['a'.repeat(4097), 'the pattern has more than 4096 characters'],
    [`${'('.repeat(101)}${')'.repeat(101)}`, 'the pattern has groups in more than 100 others'],
    ['(', '"(" is no regular expression'],
    ['[\\k<n>\\x61]', '"[\\k<n>\\x61]" is no regular expression'],
    ['[\\1\\x61]', '"[\\1\\x61]" is no regular expression'],
    ['a)|(b', '"a)|(b" is no regular expression'],
    ['a{2,1}', '"a{2,1}" is no regular expression'],
    ['^*', '"^*" is no regular expression'],
    ['a**', '"a**" is no regular expression'],
    ['[b-a]', '"[b-a]" is no regular expression'],
    ['[a-\\d]', '"[a-\\d]" is no regular expression'],
    ['[a', '"[a" is no regular expression'],
    ['\\q', '"\\q" is no regular expression'],
    ['\\p{Nonsense}', '"\\p{Nonsense}" is no regular expression'],
    ['\\u{110000}', '"\\u{110000}" is no regular expression'],
    ['(?<n>a)(?<n>b)', '"(?<n>a)(?<n>b)" is no regular expression'],
    ['\\', '"\\" is no regular expression'],
  ])('/%s/ is told to be wrong: %s', (pattern, problem) => {
    expect(problemOf(pattern)).toBe(problem);
  });

  it.each(['(?!a)', '(?<!a)', '\\1', '(?i:a)'])('of plain characters may look like %s', text => {
    expect(matches(text.replaceAll(/[\\()?]/g, String.raw`\$&`), text)).toBe(true);
  });

  it('is as deep as it may be, and as long', () => {
    expect(matches(`${'('.repeat(100)}a${')'.repeat(100)}`, 'a')).toBe(true);
    expect(matches('(a|b)'.repeat(400), 'ab'.repeat(200))).toBe(true);
  });

  const cruel = [
    '(a+)+b',
    '(a*)*b',
    '(a|aa)+$',
    '(a?){500}a{500}',
    '(a|b)*a(a|b){400}',
    '(.*a){300}',
    '(.{1,60}-?){1,150}!',
    '((a*)*)*b',
    '(\\p{L}*a){300}',
  ];

  // On a quiet machine 4,096 characters take the cruellest of these a tenth of a second.
  it.each(cruel)('takes time in proportion to the text: /%s/', pattern => {
    const seconds = (length: number) => {
      const text = `${'a'.repeat(length - 1)}!`;
      const runs = [1, 2, 3].map(() => {
        const { user } = process.cpuUsage();
        matches(pattern, text);
        return process.cpuUsage({ user, system: 0 }).user / 1e6;
      });
      return Math.min(...runs);
    };
    seconds(1024);
    expect(seconds(4096)).toBeLessThan(8 * seconds(1024) + 0.1);
  });
});
