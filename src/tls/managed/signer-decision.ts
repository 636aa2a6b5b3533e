import { backdateMs } from '../issue-certificate.ts';
import type { Authority } from './authority-material.ts';
import { maxClockSkewMs } from './lifetimes.ts';

/** Whose certificates a replica serves, and whose it is about to serve. */
export interface Signers {
  /** The API server trusts it: certificates come from this one. */
  readonly settled?: Authority | undefined;
  /** The next one, and since when it has been seen in the `caBundle`. */
  readonly pending?:
    | { readonly authority: Authority; readonly publishedSince?: Date | undefined }
    | undefined;
}

/**
 * How long an authority must have been in the `caBundle` before a certificate of it is served: each API server learns of
 * it on its own, usually within a fraction of a second.
 */
export const settleMs = 3000;

/**
 * Decides which authority may sign. The order makes a rotation safe: first published, then seen for a while, then served.
 * A pending authority is not given up for a still newer one, or a fast rotation would never come to an end: it stays
 * trusted as long as any other.
 */
export function decideSigners(
  { settled, pending }: Signers,
  current: Authority,
  { isPublished, now }: { readonly isPublished: (cert: string) => boolean; readonly now: Date },
): Signers {
  const isUnderWay = pending !== undefined && isPublished(pending.authority.cert);
  const next = isUnderWay ? pending : settled?.cert === current.cert ? undefined : { authority: current };
  if (next === undefined) return { settled };
  const { authority } = next;
  if (!isPublished(authority.cert)) return { settled, pending: { authority } };
  const since = 'publishedSince' in next ? next.publishedSince : undefined;
  // A clock that was put back must not make it wait for the time that it has lost.
  const publishedSince = since === undefined || since > now ? now : since;
  const isSettled = now.getTime() - publishedSince.getTime() >= settleMs || isLongKnown(authority, now);
  return isSettled ? { settled: authority } : { settled, pending: { authority, publishedSince } };
}

/** One that is published and was issued long ago by anyone's clock: a replica that starts need not wait for it. */
function isLongKnown({ notBefore }: Authority, now: Date): boolean {
  return now.getTime() - notBefore.getTime() - backdateMs >= 2 * maxClockSkewMs;
}
