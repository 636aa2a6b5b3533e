import { describe, expect, it } from 'vitest';
import type { Authority } from '../../../../src/tls/managed/authority-material.ts';
import { decideSigners, settleMs } from '../../../../src/tls/managed/signer-decision.ts';

const issuedMs = Date.UTC(2027, 0, 1);
const authority = (cert: string): Authority => ({
  cert,
  key: '',
  notBefore: new Date(issuedMs - 3600_000),
  notAfter: new Date(issuedMs + 1e10),
});
const [a, b, c] = [authority('a'), authority('b'), authority('c')];
const at = (ms: number) => new Date(issuedMs + ms);
const published =
  (...certs: readonly string[]) =>
  (cert: string) =>
    certs.includes(cert);

describe('the authority of a replica', () => {
  it('is pending until it is published', () => {
    const signers = decideSigners({}, a, { isPublished: published(), now: at(0) });
    expect(signers).toEqual({ settled: undefined, pending: { authority: a } });
  });

  it('settles when it has been published for a while, and not before', () => {
    const first = decideSigners({ settled: a }, b, { isPublished: published('a', 'b'), now: at(0) });
    expect(first).toEqual({ settled: a, pending: { authority: b, publishedSince: at(0) } });
    expect(decideSigners(first, b, { isPublished: published('a', 'b'), now: at(settleMs - 1) })).toEqual(
      first,
    );
    expect(decideSigners(first, b, { isPublished: published('a', 'b'), now: at(settleMs) })).toEqual({
      settled: b,
    });
  });

  it('waits again where it was taken out of the bundle meanwhile', () => {
    const pending = { authority: b, publishedSince: at(0) };
    const reset = decideSigners({ settled: a, pending }, b, { isPublished: published('a'), now: at(2000) });
    expect(reset).toEqual({ settled: a, pending: { authority: b } });
    const back = decideSigners(reset, b, { isPublished: published('a', 'b'), now: at(4000) });
    expect(back).toEqual({ settled: a, pending: { authority: b, publishedSince: at(4000) } });
  });

  it('settles although there is a still newer one, or a fast rotation would never end', () => {
    const pending = { authority: b, publishedSince: at(0) };
    const isPublished = published('a', 'b', 'c');
    expect(decideSigners({ settled: a, pending }, c, { isPublished, now: at(settleMs) })).toEqual({
      settled: b,
    });
  });

  it('gives up a pending one that nobody trusts any more', () => {
    const pending = { authority: b };
    const signers = decideSigners({ settled: a, pending }, c, { isPublished: published('c'), now: at(0) });
    expect(signers.pending?.authority).toBe(c);
  });

  it('settles at once where it has been there for long', () => {
    const options = { isPublished: published('a'), now: at(11 * 60_000) };
    expect(decideSigners({}, a, options)).toEqual({ settled: a });
  });

  it('does not wait for a clock that was put back', () => {
    const pending = { authority: b, publishedSince: at(60_000) };
    const signers = decideSigners({ settled: a, pending }, b, { isPublished: published('b'), now: at(0) });
    expect(signers.pending?.publishedSince).toEqual(at(0));
  });

  it('stays where nothing is new', () => {
    expect(decideSigners({ settled: a }, a, { isPublished: published(), now: at(0) })).toEqual({
      settled: a,
    });
  });
});
