import { X509Certificate } from 'node:crypto';

/** The certificates of a PEM text; undefined where one cannot be read, or where there is none. */
export function readCertificates(pem: string): readonly X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    const certificates = blocks.map(block => new X509Certificate(block));
    return certificates.length === 0 ? undefined : certificates;
  } catch {
    return undefined;
  }
}

/** How long a certificate is still good for. */
export type Validity = 'not yet valid' | 'expired' | 'expires soon' | 'valid';

/** From when until when it is valid. Node.js 20 tells it as text only. */
export function lifeOf({ validFrom, validTo }: X509Certificate): { readonly from: Date; readonly to: Date } {
  return { from: new Date(validFrom), to: new Date(validTo) };
}

/** Renewal is due when a third of its life is left; half of that has passed where it did not come. */
export function validityOf(certificate: X509Certificate, now: Date): Validity {
  const life = lifeOf(certificate);
  const [from, to] = [life.from.getTime(), life.to.getTime()];
  if (now.getTime() < from) return 'not yet valid';
  if (now.getTime() > to) return 'expired';
  return to - now.getTime() < (to - from) / 6 ? 'expires soon' : 'valid';
}

/** Whether an authority among these has signed the first certificate of a chain, or one that signed it. */
export function isSignedBy(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  const [certificate, ...others] = chain;
  if (certificate === undefined) return false;
  if (authorities.some(authority => hasSigned(authority, certificate))) return true;
  const intermediate = others.find(other => hasSigned(other, certificate));
  return (
    intermediate !== undefined &&
    isSignedBy([intermediate, ...others.filter(other => other !== intermediate)], authorities)
  );
}

function hasSigned(authority: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}
