import { describe, expect, it } from 'vitest';
import { shownText } from '../../src/shown-text.ts';

describe('a text in a message', () => {
  it.each([
    ['as it was', 'as it was'],
    ['é漢😀', 'é漢😀'],
    ['two\nlines', 'two\\u000alines'],
    ['\u001b[31m', '\\u001b[31m'],
    ['\u202etxt', '\\u202etxt'],
    ['\ud800', '\\ud800'],
    ['x'.repeat(20), 'x'.repeat(20)],
    ['x'.repeat(21), `${'x'.repeat(20)}…`],
    [`${'x'.repeat(19)}😀`, `${'x'.repeat(19)}…`],
  ])('is on one line, without signs for terminals, and short: %j', (text, shown) => {
    expect(shownText(text, 20)).toBe(shown);
  });
});
