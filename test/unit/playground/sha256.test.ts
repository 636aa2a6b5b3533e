import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash as hashInBrowser } from '../../../src/playground/sha256.ts';

describe('the hash of browsers', () => {
  it('is that of Node.js, for every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
        expect(hashInBrowser('sha256', text)).toBe(hash('sha256', text));
      }),
    );
  });

  it('is that of Node.js where a text is no text', () => {
    expect(hashInBrowser('sha256', 'a\ud800b')).toBe(hash('sha256', 'a\ud800b'));
  });
});
