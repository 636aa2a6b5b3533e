import { createPrivateKey, X509Certificate } from 'node:crypto';
import { InjectorError } from '../injector-error.ts';
import { validityOf } from './certificate-validity.ts';
import type { IssuedCertificate } from './issued-certificate.ts';

/** A certificate and a key that cannot be served with. */
export class UnusableCertificateError extends InjectorError {
  override name = 'UnusableCertificateError' as const;

  constructor(problem: string, options?: ErrorOptions) {
    super(problem, options);
  }
}

/**
 * Checks that a certificate chain and a private key can be read and belong together.
 *
 * @throws UnusableCertificateError saying which of it is not so.
 */
export function readCertificate(cert: string, key: string): IssuedCertificate {
  const certificate = attempt('the certificate cannot be read', () => new X509Certificate(cert));
  const privateKey = attempt('the private key cannot be read', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new UnusableCertificateError('the private key does not belong to the certificate');
  }
  return { cert, key, notAfter: validityOf(certificate).notAfter };
}

function attempt<T>(problem: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new UnusableCertificateError(problem, { cause });
  }
}
