import { X509Certificate } from 'node:crypto';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { readTextFile } from '../files/read-text-file.ts';
import { validityOf } from './certificate-validity.ts';
import { issueAuthority, issueServingCertificate, type KeyPair } from './issue-certificate.ts';
import type { IssuedCertificate } from './issued-certificate.ts';
import { permitsHosts } from './name-constraints.ts';
import { readCertificate } from './read-certificate.ts';

export interface LocalCertificateOptions {
  /** Directory of `ca.crt`, `ca.key`, `tls.crt` and `tls.key`; made where it is missing. */
  readonly directory: string;
  /** Host names and IP addresses that the certificate is for. */
  readonly hosts: readonly string[];
  readonly now: () => Date;
}

/** What was there already and what had to be made. */
export interface LocalCertificate {
  readonly certificate: IssuedCertificate;
  /** The authority to trust, in PEM. */
  readonly authority: string;
  readonly isAuthorityNew: boolean;
  readonly isCertificateNew: boolean;
}

const authorityDays = 365;
/** Less than the third of its life that an authority has left at least. */
const servingDays = 90;

/** A certificate or a key takes one or two. */
const maxFileBytes = 64 * 1024;

/**
 * Makes sure that a directory holds a certificate authority and a serving certificate for the hosts. What is there is
 * used again while it fits and has a third of its life left; a new serving certificate comes from the same authority,
 * so that whoever trusts it goes on doing so.
 */
export async function ensureLocalCertificate({
  directory,
  hosts,
  now,
}: LocalCertificateOptions): Promise<LocalCertificate> {
  await makeDirectory(directory, 0o700);
  const oldAuthority = await readPair(directory, 'ca');
  const isAuthorityNew =
    !oldAuthority || !isFresh(oldAuthority, now()) || !permitsHosts(oldAuthority.cert, hosts);
  const authority = isAuthorityNew
    ? await issueAuthority({ now: now(), days: authorityDays, hosts })
    : oldAuthority;
  const old = await readPair(directory, 'tls');
  const isCertificateNew = !old || !(isFresh(old, now()) && isIssuedBy(old, authority) && covers(old, hosts));
  const pair = isCertificateNew
    ? await issueServingCertificate(authority, hosts, { now: now(), days: servingDays })
    : old;
  if (isAuthorityNew) await writePair(directory, 'ca', authority);
  if (isCertificateNew) await writePair(directory, 'tls', pair);
  return {
    certificate: readCertificate(pair.cert, pair.key),
    authority: authority.cert,
    isAuthorityNew,
    isCertificateNew,
  };
}

async function readPair(directory: string, name: string): Promise<KeyPair | undefined> {
  try {
    const [cert, key] = await Promise.all(
      ['crt', 'key'].map(end => readTextFile(join(directory, `${name}.${end}`), maxFileBytes)),
    );
    const pair = { cert: cert ?? '', key: key ?? '' };
    readCertificate(pair.cert, pair.key);
    return pair;
  } catch {
    return undefined; // Missing, damaged, or half replaced: made anew.
  }
}

async function writePair(directory: string, name: string, { cert, key }: KeyPair): Promise<void> {
  for (const [end, text] of [
    ['key', key],
    ['crt', cert],
  ] as const) {
    const file = join(directory, `${name}.${end}`);
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await chmod(`${file}.new`, 0o600);
    await rename(`${file}.new`, file);
  }
}

/** Whether less than two thirds of the life are over. */
function isFresh({ cert }: KeyPair, now: Date): boolean {
  const { notBefore, notAfter } = validityOf(new X509Certificate(cert));
  const lifetimeMs = notAfter.getTime() - notBefore.getTime();
  const ageMs = now.getTime() - notBefore.getTime();
  return ageMs >= 0 && ageMs < (lifetimeMs * 2) / 3;
}

function isIssuedBy({ cert }: KeyPair, authority: KeyPair): boolean {
  const issuer = new X509Certificate(authority.cert);
  const certificate = new X509Certificate(cert);
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function covers({ cert }: KeyPair, hosts: readonly string[]): boolean {
  const certificate = new X509Certificate(cert);
  return hosts.every(
    host => (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined,
  );
}
