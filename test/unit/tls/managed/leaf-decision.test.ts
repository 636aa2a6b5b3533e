import { describe, expect, it } from 'vitest';
import type { Authority } from '../../../../src/tls/managed/authority-material.ts';
import { isLeafDue, leafDueMs, leafEnd, type ServedLeaf } from '../../../../src/tls/managed/leaf-decision.ts';

const day = 24 * 3600_000;
const nowMs = Date.UTC(2027, 0, 1);
const at = (ms: number) => new Date(nowMs + ms);
const lifetimes = {
  authorityMs: 300 * day,
  authorityRenewAfterMs: 200 * day,
  leafMs: 6 * day,
  leafRenewAfterMs: 4 * day,
};
const authority: Authority = { cert: 'a', key: '', notBefore: at(0), notAfter: at(300 * day) };
const leaf = (endMs = 6 * day): ServedLeaf => ({
  certificate: { cert: '', key: '', notAfter: at(endMs) },
  authority,
  issuedAt: at(0),
});

describe('a certificate', () => {
  it.each([
    ['is kept while it is young', 4 * day - 1, false],
    ['is renewed at its age', 4 * day, true],
    ['is renewed where the clock was put back behind its issue', -1, true],
  ])('%s', (_what, ageMs, isDue) => {
    expect(isLeafDue(leaf(), authority, { now: at(ageMs), lifetimes })).toBe(isDue);
  });

  it('is issued where there is none, or one of another authority', () => {
    expect(isLeafDue(undefined, authority, { now: at(0), lifetimes })).toBe(true);
    expect(isLeafDue(leaf(), { ...authority, cert: 'b' }, { now: at(0), lifetimes })).toBe(true);
  });

  it('that ends early, with its authority, is renewed in the same proportion', () => {
    expect(leafDueMs(leaf(3 * day), lifetimes, at(0))).toBe(2 * day);
  });

  it('never outlives its authority', () => {
    expect(leafEnd(authority, at(0), lifetimes)).toEqual(at(6 * day));
    expect(leafEnd(authority, at(299 * day), lifetimes)).toEqual(at(300 * day));
  });
});
