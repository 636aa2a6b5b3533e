import { describe, expect, it } from 'vitest';
import { fitLine } from '../../../../src/cli/terminal/fit-line.ts';
import { canRedraw } from '../../../../src/cli/terminal/live-view.ts';
import { shownJson } from '../../../../src/cli/terminal/shown-json.ts';
import { aboutInWords, spanInWords } from '../../../../src/cli/terminal/span-in-words.ts';

describe('a terminal', () => {
  it.each([
    [true, { isTTY: true }, { term: 'xterm', ci: undefined }],
    [true, { isTTY: true }, { term: undefined, ci: '' }],
    [false, { isTTY: true }, { term: 'dumb', ci: undefined }],
    [false, { isTTY: true }, { term: 'xterm', ci: 'true' }],
    [false, {}, { term: 'xterm', ci: undefined }],
  ])('is drawn on: %s, %j %j', (expected, stream, environment) => {
    expect(canRedraw(stream as { isTTY: boolean }, environment)).toBe(expected);
  });
});

describe('a line', () => {
  it('is cut where the terminal ends, and has nothing in it that a terminal obeys', () => {
    expect(fitLine('0123456789', 5)).toBe('0123…');
    expect(fitLine('a\u001bb\u202e', 80)).toBe('a\u{fffd}b\u{fffd}');
    expect(fitLine('0123456789', -3)).toBe('…');
  });
});

describe('JSON', () => {
  it('is indented, and means the same as it is', () => {
    const value = { a: ['\u001b[0m', 'ü', '\u{1f600}', '\u2028'], b: 1 };
    const text = shownJson(value, 2);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toBe(JSON.stringify(value, undefined, 2).replace('\u2028', '\\u2028'));
  });
});

describe('a time span', () => {
  it.each([
    [-5, '0 s'],
    [12_400, '12 s'],
    [59_900, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
  ])('of %i ms is %s', (milliseconds, words) => {
    expect(spanInWords(milliseconds)).toBe(words);
  });

  it.each([
    [1000, '10 s'],
    [61_000, '1 min 10 s'],
    [100_000, '2 min'],
    [5_000_000, '84 min'],
    [7_300_000, '2 h 10 min'],
  ])('of about %i ms is %s', (milliseconds, words) => {
    expect(aboutInWords(milliseconds)).toBe(words);
  });
});
