import { describe, expect, it } from 'vitest';
import { definitionHash, isSameButImage } from '../../../src/sidecars/definition-hash.ts';

const spec = { order: 1, container: { image: 'a:1', args: ['--x'] } };
const hash = definitionHash(spec);

describe('what a definition accepts', () => {
  it('makes no other version of it: no running pod is outdated by a reason', () => {
    expect(definitionHash({ ...spec, accept: { privileged: 'it must' } })).toBe(hash);
  });
});

describe('definitions that differ', () => {
  it('in the image only have other hashes, and are told apart from all others', () => {
    const other = definitionHash({ ...spec, container: { ...spec.container, image: 'a:2' } });
    expect(other).not.toBe(hash);
    expect(isSameButImage(hash, other)).toBe(true);
    expect(isSameButImage(hash, hash)).toBe(true);
  });

  it.each([
    ['in another field', { ...spec, order: 2 }],
    ['in another field of the container', { ...spec, container: { image: 'a:1', args: ['--y'] } }],
    ['in image and another field', { ...spec, container: { image: 'a:2', args: ['--y'] } }],
  ])('%s are not the same but for the image', (_where, other) => {
    expect(isSameButImage(hash, definitionHash(other))).toBe(false);
  });

  it('as a status of another kind says are not the same', () => {
    expect(isSameButImage(hash, '')).toBe(false);
    expect(isSameButImage(hash, hash.slice(0, 8))).toBe(false);
  });
});
