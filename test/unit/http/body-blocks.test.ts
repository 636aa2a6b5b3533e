import { describe, expect, it } from 'vitest';
import { BlockPool, blockBytes } from '../../../src/http/block-pool.ts';
import { BodyBlocks } from '../../../src/http/body-blocks.ts';

describe('the blocks of a body', () => {
  it.each([
    ['nothing', []],
    ['one byte', [1]],
    ['exactly a block', [blockBytes]],
    ['a byte more', [blockBytes, 1]],
    ['chunks across their edges', [16_384, 16_384, 16_384, 16_384, 16_384, 100_000, 3]],
    ['one that is larger than several', [3 * blockBytes + 7]],
  ])('give it back as it came: %s', (_what, lengths) => {
    const blocks = new BodyBlocks(new BlockPool());
    const chunks = lengths.map((length, index) => Buffer.alloc(length, String(index)));
    for (const chunk of chunks) blocks.add(chunk);
    const all = Buffer.concat(chunks);
    expect(blocks.length).toBe(all.length);
    expect(blocks.heldBytes).toBe(Math.ceil(all.length / blockBytes) * blockBytes);
    expect(blocks.readWhole(whole => whole.equals(all))).toBe(true);
    expect({ length: blocks.length, held: blocks.heldBytes }).toEqual({ length: 0, held: 0 });
  });

  it('are used again, without showing what they held before', () => {
    const pool = new BlockPool();
    const [first, other, next] = [1, 2, 3].map(() => new BodyBlocks(pool));
    other?.add(Buffer.from('other'));
    first?.add(Buffer.alloc(2 * blockBytes, 'secret'));
    first?.clear();
    next?.add(Buffer.from('x'));
    expect(next?.readWhole(String)).toBe('x');
    expect(other?.readWhole(String)).toBe('other');
  });

  it.each([
    ['kept for the next', 2_000_000, 2_000_000],
    ['freed where they are many', 3_000_000, 0],
  ])('are put together in memory that is %s', (_what, length, left) => {
    const blocks = new BodyBlocks(new BlockPool());
    blocks.add(Buffer.alloc(length, 'x'));
    const whole = blocks.readWhole(whole => {
      expect(whole.equals(Buffer.alloc(length, 'x'))).toBe(true);
      return whole;
    });
    expect(whole.byteLength).toBe(left);
  });

  it('are never those of two bodies at the same time', () => {
    const pool = new BlockPool();
    const bodies = Array.from({ length: 50 }, (_, index) => ({ index, blocks: new BodyBlocks(pool) }));
    for (const { index, blocks } of bodies) blocks.add(Buffer.alloc(100_000, index));
    for (const { blocks } of bodies.filter(({ index }) => index % 2)) blocks.clear();
    const late = new BodyBlocks(pool);
    late.add(Buffer.alloc(1_000_000, 200));
    for (const { index, blocks } of bodies.filter(({ index }) => index % 2 === 0)) {
      expect(
        blocks.readWhole(whole => whole.equals(Buffer.alloc(100_000, index))),
        String(index),
      ).toBe(true);
    }
    expect(late.readWhole(whole => whole.equals(Buffer.alloc(1_000_000, 200)))).toBe(true);
  });
});
