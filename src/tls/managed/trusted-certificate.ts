import { X509Certificate } from 'node:crypto';
import { validityOf } from '../certificate-validity.ts';

/** A certificate that clients are told to trust, and for how long. */
export interface TrustedCertificate {
  /** In PEM, in the one form that this program writes. */
  readonly cert: string;
  readonly until: Date;
}

/**
 * Reads certificates in PEM, each with the line before it that says how long it is trusted; without one, as long as it
 * is valid. What cannot be read is left out: nobody could have trusted it either.
 */
export function parseTrusted(text: string): readonly TrustedCertificate[] {
  const blocks = text.matchAll(
    /(?:^# trusted until (\S+)\n)?^(-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----)/gm,
  );
  return [...blocks].flatMap(([, until, block]) => {
    const certificate = readCertificateOnly(block ?? '');
    if (certificate === undefined) return [];
    const { notAfter } = validityOf(certificate);
    const end = new Date(until ?? '');
    const isTold = !Number.isNaN(end.getTime()) && end < notAfter;
    return [{ cert: certificate.toString(), until: isTold ? end : notAfter }];
  });
}

/** The opposite of `parseTrusted`. Text between certificates is allowed: https://www.rfc-editor.org/rfc/rfc7468#section-2 */
export function printTrusted(certificates: readonly TrustedCertificate[]): string {
  return certificates.map(({ cert, until }) => `# trusted until ${until.toISOString()}\n${cert}`).join('');
}

/** Each certificate once; of two that are the same the first stays. */
export function withoutRepetition(
  certificates: readonly TrustedCertificate[],
): readonly TrustedCertificate[] {
  return certificates.filter(
    ({ cert }, index) => certificates.findIndex(other => other.cert === cert) === index,
  );
}

function readCertificateOnly(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}
