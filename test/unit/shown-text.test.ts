import { describe, expect, it } from 'vitest';
import { oneLine, replaceUnseen } from '../../src/shown-text.ts';

describe('a text from outside', () => {
  it.each([
    ['', ''],
    ['as it was', 'as it was'],
    ['é漢😀', 'é漢😀'],
    ['two\nlines', 'two\u{fffd}lines'],
    ['\u001b[31m', '\u{fffd}[31m'],
    ['\u202etxt\u2028', '\u{fffd}txt\u{fffd}'],
    ['\ud800', '\u{fffd}'],
    ['x'.repeat(20), 'x'.repeat(20)],
    ['x'.repeat(21), `${'x'.repeat(19)}…`],
    [`${'x'.repeat(19)}😀`, `${'x'.repeat(19)}😀`],
    ['😀'.repeat(21), `${'😀'.repeat(19)}…`],
    [`a\n${'b'.repeat(1_000_000)}`, `a\u{fffd}${'b'.repeat(17)}…`],
  ])('is on one line, without signs for terminals, and no longer than is said: %#', (text, shown) => {
    expect(oneLine(text, 20)).toBe(shown);
  });

  it('is judged without what cannot be seen', () => {
    expect(replaceUnseen('pass\u200bword\r\n', '')).toBe('password');
    expect(replaceUnseen('pass word', '')).toBe('pass word');
  });
});
