import { X509Certificate } from 'node:crypto';
import { readTextFile } from '../files/read-text-file.ts';
import { maxCertificateBytes } from './certificate-files.ts';
import { validityOf } from './certificate-validity.ts';
import { UnusableCertificateError } from './read-certificate.ts';

/**
 * Reads the authorities whose certificates clients may show, from a file that others replace.
 *
 * @returns the file's text, in PEM.
 * @throws UnusableCertificateError where it holds none, or something else, or all of them have expired.
 */
export async function loadClientAuthorities(file: string, now: Date): Promise<string> {
  const text = await readTextFile(file, maxCertificateBytes);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) {
    throw new UnusableCertificateError(`${file}: no certificate in it; use one or more authorities in PEM`);
  }
  const certificates = blocks.map((block, index) =>
    readAuthority(block, `${file}: certificate ${index + 1}`),
  );
  const latest = Math.max(...certificates.map(certificate => validityOf(certificate).notAfter.getTime()));
  if (latest <= now.getTime()) {
    throw new UnusableCertificateError(`${file}: expired at ${new Date(latest).toISOString()}`);
  }
  return text;
}

function readAuthority(block: string, what: string): X509Certificate {
  const certificate = readBlock(block, what);
  if (certificate.ca) return certificate;
  throw new UnusableCertificateError(
    `${what} is not an authority; use the one that signs those of the clients`,
  );
}

function readBlock(block: string, what: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (cause) {
    throw new UnusableCertificateError(`${what} cannot be read`, { cause });
  }
}
