import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../../src/cluster/read-lines.ts';

async function linesOf(chunks: readonly Buffer[], maxBytes = 1000): Promise<readonly string[]> {
  const lines: string[] = [];
  async function* stream() {
    yield* chunks;
  }
  for await (const line of readLines(stream(), maxBytes)) lines.push(line);
  return lines;
}

describe('lines of a stream', () => {
  it('are the same however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\n', ''))),
        fc.array(fc.nat({ max: 200 })),
        async (lines, cuts) => {
          const text = Buffer.from(lines.map(line => `${line}\n`).join(''));
          const places = [0, ...cuts.filter(cut => cut < text.length), text.length].toSorted((a, b) => a - b);
          const chunks = places.slice(1).map((end, index) => text.subarray(places[index], end));
          expect(await linesOf(chunks)).toEqual(lines);
        },
      ),
    );
  });

  it('may be as long as is said, and no longer', async () => {
    expect(await linesOf([Buffer.from('abc'), Buffer.from('de\nf\n')], 5)).toEqual(['abcde', 'f']);
    await expect(linesOf([Buffer.from('abc'), Buffer.from('def\n')], 5)).rejects.toThrow(
      'a line has more than 5 bytes',
    );
    await expect(linesOf([Buffer.from('abc'), Buffer.from('def')], 5)).rejects.toThrow(
      'a line has more than 5 bytes',
    );
  });

  it('end with the last one', async () => {
    expect(await linesOf([])).toEqual([]);
    await expect(linesOf([Buffer.from('a\nb')])).rejects.toThrow('it ends within a line');
  });
});
