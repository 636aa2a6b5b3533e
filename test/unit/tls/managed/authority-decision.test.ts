import { describe, expect, it } from 'vitest';
import { decideAuthority, succeed } from '../../../../src/tls/managed/authority-decision.ts';
import type { Authority } from '../../../../src/tls/managed/authority-material.ts';
import { twoThirds } from '../../../../src/tls/managed/lifetimes.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const issuedMs = Date.UTC(2027, 0, 1);
const lifetimes = {
  authorityMs: 300 * day,
  authorityRenewAfterMs: twoThirds(300 * day),
  leafMs: 7 * day,
  leafRenewAfterMs: twoThirds(7 * day),
};
const authority = (name = 'a', fromMs = issuedMs): Authority => ({
  cert: name,
  key: '',
  notBefore: new Date(fromMs - hour),
  notAfter: new Date(fromMs + 300 * day),
});
const at = (ms: number) => new Date(issuedMs + ms);

describe('the shared authority', () => {
  it.each([
    ['is kept while it is young', 0, 'keep'],
    ['is kept by a replica whose clock is behind that of whoever issued it', -5 * minute, 'keep'],
    ['is kept until two thirds of its life are over', 200 * day - 1, 'keep'],
    ['is renewed then', 200 * day, 'due'],
    ['is replaced when it has expired', 300 * day, 'expired'],
    ['is replaced where it is not valid yet by any clock that could be right', -2 * hour, 'missing'],
  ])('%s', (_what, ageMs, decision) => {
    expect(decideAuthority({ current: authority(), retired: [] }, at(ageMs), lifetimes)).toBe(decision);
  });

  it('is made where there is none', () => {
    expect(decideAuthority({ current: undefined, retired: [] }, at(0), lifetimes)).toBe('missing');
  });

  it('forgets those before it a few minutes after they have expired', () => {
    const material = { current: authority(), retired: [{ cert: 'old', until: at(day) }] };
    expect(decideAuthority(material, at(day + 4 * minute), lifetimes)).toBe('keep');
    expect(decideAuthority(material, at(day + 6 * minute), lifetimes)).toBe('prune');
    expect(succeed(material, undefined, { now: at(day + 6 * minute) })).toEqual({
      current: material.current,
      retired: [],
    });
  });
});

describe('a successor', () => {
  it('takes over, and the one before stays trusted until it ends, the newest first', () => {
    const older = { cert: 'older', until: at(100 * day) };
    const next = succeed({ current: authority('old'), retired: [older] }, authority('new'), { now: at(0) });
    expect(next.current?.cert).toBe('new');
    expect(next.retired).toEqual([{ cert: 'old', until: at(300 * day) }, older]);
  });

  it('takes over those that are in use nevertheless, each once, and none that has expired', () => {
    const adopted = [
      { cert: 'known', until: at(day) },
      { cert: 'known', until: at(9 * day) },
      { cert: 'expired', until: at(-day) },
      { cert: 'new', until: at(day) },
    ];
    const next = succeed({ current: undefined, retired: [] }, authority('new'), { now: at(0), adopted });
    expect(next.retired).toEqual([{ cert: 'known', until: at(day) }]);
  });
});
