import { describe, expect, it } from 'vitest';
import { BlockPool, blockBytes } from '../../../src/http/block-pool.ts';
import { BodyBlocks } from '../../../src/http/body-blocks.ts';
import { freeWhole } from '../../../src/http/read-body.ts';

describe('a body that was read', () => {
  it('takes no memory any more where it was gathered from several blocks', () => {
    const body = new BodyBlocks(new BlockPool());
    body.add(Buffer.alloc(3 * blockBytes + 1, 'x'));
    const whole = body.takeWhole();
    expect(whole.equals(Buffer.alloc(3 * blockBytes + 1, 'x'))).toBe(true);
    freeWhole(whole);
    expect(whole.byteLength).toBe(0);
  });

  it('is left alone where its memory is shared with others', () => {
    const part = Buffer.alloc(2 * blockBytes).subarray(0, blockBytes + 1);
    freeWhole(part);
    expect(part.byteLength).toBe(blockBytes + 1);
  });
});
