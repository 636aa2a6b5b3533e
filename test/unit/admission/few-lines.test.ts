import { describe, expect, it } from 'vitest';
import { cut, fewLines } from '../../../src/admission/few-lines.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a few of many lines', () => {
  it.each([
    [0, 0, 0],
    [1, 1, 0],
    [20, 20, 0],
    [21, 20, 1],
    [5000, 20, 4980],
  ])('are the first twenty, and the count of the others: of %s', (count, told, more) => {
    expect(fewLines(numbers(count), String, 4096)).toEqual({ lines: numbers(told).map(String), more });
  });

  it('put into words only what is told', () => {
    let count = 0;
    fewLines(numbers(5000), () => `${++count}`, 4096);
    expect(count).toBe(20);
  });

  it.each([
    ['x'.repeat(98), 4],
    ['ü'.repeat(49), 4],
    ['"'.repeat(49), 4],
    ['x'.repeat(99), 3],
  ])('fit into so many bytes of JSON: %s', (line, told) => {
    expect(fewLines(numbers(10), () => line, 400).lines).toHaveLength(told);
  });

  it('are one at least, and none takes the place of all others', () => {
    expect(fewLines([1], () => 'x'.repeat(500), 100).lines).toEqual(['x'.repeat(500)]);
    const [line = ''] = fewLines([1], () => 'x'.repeat(5000), 4000).lines;
    expect(JSON.stringify(line).length).toBeLessThanOrEqual(1024);
  });
});

describe('a text that is cut', () => {
  it.each(['', 'x', 'x'.repeat(98), '🌱'.repeat(24)])('stays as it is where it fits: %s', text => {
    expect(cut(text, 100)).toBe(text);
  });

  it.each(['x'.repeat(99), '🌱'.repeat(30), '"'.repeat(99), 'a🌱"'.repeat(10_000)])(
    'has as much as fits, and ends between two characters: %#',
    text => {
      const short = cut(text, 100);
      const bytes = Buffer.byteLength(JSON.stringify(short));
      expect(bytes).toBeLessThanOrEqual(100);
      expect(bytes).toBeGreaterThan(92);
      expect(short.endsWith('…')).toBe(true);
      expect(text.startsWith(short.slice(0, -1))).toBe(true);
      expect(short.isWellFormed()).toBe(true);
    },
  );
});
