import { backdateMs } from '../issue-certificate.ts';
import type { Authority, AuthorityMaterial } from './authority-material.ts';
import { type Lifetimes, maxClockSkewMs } from './lifetimes.ts';
import { type TrustedCertificate, withoutRepetition } from './trusted-certificate.ts';

/**
 * What is to be done about the shared authority: nothing, forget retired ones that have expired, or issue another one,
 * because there is none that can be used, because it has expired, or because it is time.
 */
export type AuthorityDecision = 'keep' | 'prune' | 'missing' | 'expired' | 'due';

/** Decides about the shared authority. Any replica may act on it: whoever writes first wins, the others read again. */
export function decideAuthority(
  { current, retired }: AuthorityMaterial,
  now: Date,
  { authorityRenewAfterMs }: Lifetimes,
): AuthorityDecision {
  if (current === undefined || current.notBefore > now) return 'missing';
  if (current.notAfter <= now) return 'expired';
  // Of two replicas the one whose clock is ahead renews, and the other finds it done.
  if (now.getTime() - issuedMs(current) >= authorityRenewAfterMs) return 'due';
  return retired.some(certificate => !isInForce(certificate, now)) ? 'prune' : 'keep';
}

/** The shared material with a new authority: the one before it stays trusted, because its certificates are in use. */
export function succeed(
  { current, retired }: AuthorityMaterial,
  successor: Authority | undefined,
  { now, adopted = [] }: { readonly now: Date; readonly adopted?: readonly TrustedCertificate[] },
): AuthorityMaterial {
  const predecessor =
    current && successor && current !== successor ? [{ cert: current.cert, until: current.notAfter }] : [];
  const trusted = withoutRepetition([...predecessor, ...retired, ...adopted]);
  return {
    current: successor ?? current,
    retired: trusted.filter(
      certificate => isInForce(certificate, now) && certificate.cert !== successor?.cert,
    ),
  };
}

/** A certificate is kept beyond its end for as long as another replica's clock may say that it has not come. */
function isInForce({ until }: TrustedCertificate, now: Date): boolean {
  return until.getTime() + maxClockSkewMs > now.getTime();
}

function issuedMs({ notBefore }: Authority): number {
  return notBefore.getTime() + backdateMs;
}
