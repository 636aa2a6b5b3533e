import { describe, expect, it } from 'vitest';
import { printPattern, printRegExp } from '../../../../src/policies/parameters/print-pattern.ts';

describe('a pattern for RE2', () => {
  it.each([
    ['is about whole texts', 'a|b', '\\A(?:a|b)\\z'],
    ['has no sign with a meaning as it stands', '\\.\\+[\\]^-]', '\\A(?:\\.\\+[\\]\\^\\-])\\z'],
    ['has all spaces of JavaScript', '\\s', expect.stringContaining('\\x{FEFF}')],
    ['has a dot that ends at all line breaks', '.', '\\A(?:[^\\x{A}\\x{D}\\x{2028}\\x{2029}])\\z'],
    [
      'has classes of nothing and of everything',
      '[]|[^]',
      '\\A(?:[^\\x{0}-\\x{10FFFF}]|[\\x{0}-\\x{10FFFF}])\\z',
    ],
    ['repeats nothing more than a thousand times', 'a{2000}', '\\A(?:a{1000}a{1000})\\z'],
    ['repeats a range of counts in portions', 'a{1,2000}', '\\A(?:aa{0,1000}a{0,999})\\z'],
    ['writes out what repetitions multiply to more', '(a{1,600}){2}', '\\A(?:(?:a{1,600})(?:a{1,600}))\\z'],
    ['has characters with small properties as ranges', '\\p{Zl}', '\\A(?:[\\x{2028}])\\z'],
    ['has scripts as ranges', '\\p{Script=Ogham}', '\\A(?:[\\x{1680}-\\x{169C}])\\z'],
  ])('%s', (_what, pattern, printed) => {
    expect(printPattern(pattern)).toEqual({ text: printed, knowsUnicode: false });
  });

  it('leaves large classes of characters to RE2, and says so', () => {
    expect(printPattern('\\p{L}')).toEqual({ text: '\\A(?:[\\p{L}])\\z', knowsUnicode: true });
    expect(printPattern('[^\\P{L}]')).toEqual({ text: '\\A(?:[^\\P{L}])\\z', knowsUnicode: true });
  });

  it('is anchored only where an expression of our own is', () => {
    expect(printRegExp(/^a\d|\/$/)).toBe('\\Aa[0-9]|/\\z');
    expect(printRegExp(/x/i)).toBe('(?i)x');
  });

  it('knows no look-around', () => {
    expect(() => printRegExp(/(?!a)b/)).toThrow('look-ahead');
  });
});
