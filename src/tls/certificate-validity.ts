import type { X509Certificate } from 'node:crypto';

/** From when until when a certificate is valid. Node.js 20 tells it as text only. */
export function validityOf({ validFrom, validTo }: X509Certificate): {
  readonly notBefore: Date;
  readonly notAfter: Date;
} {
  return { notBefore: new Date(validFrom), notAfter: new Date(validTo) };
}
