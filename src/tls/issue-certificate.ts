/**
 * Issues certificates with node-forge. What the API server, a Go program, insists on: SHA-256, a subject alternative
 * name, and a serial number that is positive. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

/** How much earlier than now a certificate begins to be valid, for clocks that are behind. */
export const backdateMs = 3600_000;

/** A certificate with its key, both in PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Lifetime {
  /** The present, passed in so that years can pass in a test. */
  readonly now: Date;
  readonly days: number;
}

/** Issues a certificate authority that signs itself. Each one has a name of its own, so that two are never mixed up. */
export async function issueAuthority(
  { now, days }: Lifetime,
  newKeys: () => Promise<forge.pki.rsa.KeyPair> = generateKeys,
): Promise<KeyPair> {
  const keys = await newKeys();
  const subject = [{ name: 'commonName', value: `sidecar-injector CA ${randomBytes(4).toString('hex')}` }];
  const certificate = newCertificate(keys.publicKey, subject, { now, days });
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return inPem(certificate, keys.privateKey);
}

/** Issues a serving certificate for host names and IP addresses, signed by an authority. */
export async function issueServingCertificate(
  authority: KeyPair,
  hosts: readonly string[],
  lifetime: Lifetime,
  newKeys: () => Promise<forge.pki.rsa.KeyPair> = generateKeys,
): Promise<KeyPair> {
  const keys = await newKeys();
  const issuer = forge.pki.certificateFromPem(authority.cert);
  const subject = [{ name: 'commonName', value: 'sidecar-injector' }];
  const certificate = newCertificate(keys.publicKey, subject, lifetime);
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: hosts.map(host => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host })),
    },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(authority.key), forge.md.sha256.create());
  return inPem(certificate, keys.privateKey);
}

function newCertificate(
  publicKey: forge.pki.rsa.PublicKey,
  subject: forge.pki.CertificateField[],
  { now, days }: Lifetime,
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = positiveSerialNumber();
  certificate.validity.notBefore = new Date(now.getTime() - backdateMs);
  certificate.validity.notAfter = new Date(now.getTime() + days * 24 * 3600_000);
  certificate.setSubject(subject);
  return certificate;
}

/** 16 random bytes as the hexadecimal digits of a DER integer: a first bit of 1 would make it negative, a first byte of 0 is not allowed. */
function positiveSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** RSA, because node-forge signs with nothing else; made in a thread of Node's, so that serving goes on. */
function generateKeys(): Promise<forge.pki.rsa.KeyPair> {
  return new Promise((resolve, reject) => {
    forge.pki.rsa.generateKeyPair({ bits: 2048 }, (error, keys) => (error ? reject(error) : resolve(keys)));
  });
}

function inPem(certificate: forge.pki.Certificate, key: forge.pki.rsa.PrivateKey): KeyPair {
  return { cert: pem(forge.pki.certificateToPem(certificate)), key: pem(forge.pki.privateKeyToPem(key)) };
}

function pem(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
