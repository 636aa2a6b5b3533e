import { describe, expect, it } from 'vitest';
import { Freshness } from '../../../../src/cluster/namespaces/freshness.ts';

/** What was heard, with a clock that the test moves. */
function at() {
  let now = 1_000_000;
  const freshness = new Freshness(() => now);
  return {
    freshness,
    freshAfter: (milliseconds: number) => {
      now += milliseconds;
      return freshness.isFresh;
    },
  };
}

function watching() {
  const { freshness, freshAfter } = at();
  freshness.listed();
  freshness.opened();
  return { freshness, freshAfter };
}

describe('what is known of namespaces', () => {
  it('is not fresh before it was listed, however much is heard', () => {
    const { freshness, freshAfter } = at();
    expect(freshAfter(0)).toBe(false);
    freshness.opened();
    freshness.heard();
    freshness.closed();
    expect(freshAfter(10)).toBe(false);
  });

  it('is fresh from the list on, where a watch follows', () => {
    const { freshness, freshAfter } = at();
    freshness.listed();
    expect(freshAfter(499)).toBe(true);
    freshness.opened();
    expect(freshAfter(1)).toBe(true);
    expect(freshAfter(29_000)).toBe(true);
  });

  it('is stale where none follows', () => {
    const { freshness, freshAfter } = at();
    freshness.listed();
    expect(freshAfter(500)).toBe(false);
  });

  it('is stale where nothing is heard for long, and fresh again when something is', () => {
    const { freshness, freshAfter } = watching();
    expect(freshAfter(30_000)).toBe(true);
    expect(freshAfter(1)).toBe(false);
    expect(freshness.silentMs).toBe(30_001);
    freshness.heard();
    expect(freshAfter(0)).toBe(true);
    expect(freshness.silentMs).toBe(0);
  });

  it('stays fresh while one watch takes the place of another', () => {
    const { freshness, freshAfter } = watching();
    for (let round = 0; round < 10; round++) {
      expect(freshAfter(19_000)).toBe(true);
      freshness.heard();
      freshness.closed();
      expect(freshAfter(100)).toBe(true);
      freshness.opened();
      expect(freshAfter(0)).toBe(true);
    }
  });

  it('is stale where no watch is open for half a second, and settles for a second after that', () => {
    const { freshness, freshAfter } = watching();
    freshness.closed();
    expect(freshAfter(499)).toBe(true);
    expect(freshAfter(1)).toBe(false);
    // Said again by the next failure: it does not begin anew.
    freshness.closed();
    expect(freshAfter(0)).toBe(false);
    freshness.opened();
    expect(freshAfter(999)).toBe(false);
    freshness.heard();
    expect(freshAfter(0)).toBe(false);
    expect(freshAfter(1)).toBe(true);
  });

  it('counts silence from the start where nothing was ever heard', () => {
    const { freshness, freshAfter } = at();
    freshAfter(7000);
    expect(freshness.silentMs).toBe(7000);
  });
});
