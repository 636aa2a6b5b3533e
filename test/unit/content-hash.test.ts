import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../src/content-hash.ts';

describe('the hash of a text', () => {
  it.each(['', 'a', 'ключ', '🌱', 'x'.repeat(100_000)])('is the first digits of its SHA-256: %#', text => {
    expect(contentHash(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16));
  });

  // It stands in the pods that run, and is held against the one that a later release makes.
  it('stays the same from release to release', () => {
    expect(contentHash('sidecar')).toBe('6c8b4535ccc87f19');
  });

  it('is another for another text', () => {
    const texts = ['', ' ', 'a', 'A', 'ä', 'a\n', '["a","b"]', '["a,b"]'];
    expect(new Set(texts.map(contentHash)).size).toBe(texts.length);
  });
});
