import type { IssuedCertificate } from '../issued-certificate.ts';
import type { Authority } from './authority-material.ts';
import type { Lifetimes } from './lifetimes.ts';

/** A certificate that this replica serves, with whoever signed it. */
export interface ServedLeaf {
  readonly certificate: IssuedCertificate;
  readonly authority: Authority;
  readonly issuedAt: Date;
}

/** Whether a replica needs another certificate from this authority: it has none, has one of another, or it is time. */
export function isLeafDue(
  leaf: ServedLeaf | undefined,
  authority: Authority,
  { now, lifetimes }: { readonly now: Date; readonly lifetimes: Lifetimes },
): boolean {
  return leaf === undefined || leaf.authority.cert !== authority.cert || leafDueMs(leaf, lifetimes, now) <= 0;
}

/** In how many milliseconds a certificate is to be renewed; negative where that is over. */
export function leafDueMs({ issuedAt, certificate }: ServedLeaf, lifetimes: Lifetimes, now: Date): number {
  const lifeMs = certificate.notAfter.getTime() - issuedAt.getTime();
  // One that ends with its authority has a shorter life than the others.
  const renewAfterMs = (lifetimes.leafRenewAfterMs * Math.min(lifeMs, lifetimes.leafMs)) / lifetimes.leafMs;
  const ageMs = now.getTime() - issuedAt.getTime();
  // A clock that was put back says nothing about the age; a new certificate does no harm.
  return ageMs < 0 ? 0 : renewAfterMs - ageMs;
}

/** The end of a certificate that is issued now: no later than that of its authority. */
export function leafEnd({ notAfter }: Authority, now: Date, { leafMs }: Lifetimes): Date {
  return new Date(Math.min(notAfter.getTime(), now.getTime() + leafMs));
}
