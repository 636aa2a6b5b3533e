import { readTextFile } from '../files/read-text-file.ts';
import type { IssuedCertificate } from './issued-certificate.ts';
import { readCertificate, UnusableCertificateError } from './read-certificate.ts';

/**
 * Reads a certificate from two files that others renew, such as a mounted Secret. To notice a renewal they are read
 * again: that follows every way of replacing them, in place, by rename, or by the symlink swap of a mount.
 *
 * @throws UnusableCertificateError where certificate and key do not fit, as while only one of them is replaced.
 */
export async function loadCertificateFiles(certFile: string, keyFile: string): Promise<IssuedCertificate> {
  const [cert = '', key = ''] = await Promise.all(
    [certFile, keyFile].map(file => readTextFile(file, maxCertificateBytes)),
  );
  try {
    return readCertificate(cert, key);
  } catch (error) {
    if (!(error instanceof UnusableCertificateError)) throw error;
    throw new UnusableCertificateError(`${certFile} with ${keyFile}: ${error.message}`, { cause: error });
  }
}

/** A Secret or ConfigMap holds at most 1 MiB, all its keys together. */
export const maxCertificateBytes = 1024 * 1024;
