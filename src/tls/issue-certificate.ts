/**
 * Issues certificates with node-forge. What the API server, a Go program, insists on: SHA-256, a subject alternative
 * name, and a serial number that is positive. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
import { generateKeyPair, privateEncrypt, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { nameConstraintsFor } from './name-constraints.ts';

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

/** What a new authority is for. */
export interface AuthorityRequest extends Lifetime {
  /** The only host names and IP addresses that it may sign for; any where undefined. */
  readonly hosts?: readonly string[];
}

/** Issues a certificate authority that signs itself. Each one has a name of its own, so that two are never mixed up. */
export async function issueAuthority(
  { now, days, hosts }: AuthorityRequest,
  newKeys: () => Promise<RsaKeys> = generateKeys,
): Promise<KeyPair> {
  const keys = await newKeys();
  const subject = [{ name: 'commonName', value: `sidecar-injector CA ${randomBytes(4).toString('hex')}` }];
  const certificate = newCertificate(keys.publicKey, subject, { now, days });
  certificate.setIssuer(subject);
  certificate.setExtensions([
    // It signs certificates of servers, and no authorities.
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
    ...(hosts === undefined ? [] : [nameConstraintsFor(hosts)]),
  ]);
  sign(certificate, keys.privateKey);
  return { cert: inPem(certificate), key: keys.privateKey };
}

/** Issues a serving certificate for host names and IP addresses, signed by an authority. */
export async function issueServingCertificate(
  authority: KeyPair,
  hosts: readonly string[],
  lifetime: Lifetime,
  newKeys: () => Promise<RsaKeys> = generateKeys,
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
  sign(certificate, authority.key);
  return { cert: inPem(certificate), key: keys.privateKey };
}

function newCertificate(
  publicKey: string,
  subject: forge.pki.CertificateField[],
  { now, days }: Lifetime,
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
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

/** A key and its public half, in PEM. */
export interface RsaKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** RSA, because node-forge signs with nothing else; made in a thread of Node's, so that serving goes on. */
function generateKeys(): Promise<RsaKeys> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

/**
 * Signs with Node's own RSA: that of node-forge is written in JavaScript, holds the event loop for tens of milliseconds
 * and leaves megabytes of garbage. https://www.rfc-editor.org/rfc/rfc8017#section-9.2
 */
function sign(certificate: forge.pki.Certificate, key: string): void {
  const signer = {
    sign: (digest: forge.md.MessageDigest) => {
      const info = Buffer.concat([sha256Info, Buffer.from(digest.digest().getBytes(), 'latin1')]);
      return privateEncrypt(key, info).toString('latin1');
    },
  };
  // Of a key node-forge uses this one method to sign a certificate.
  certificate.sign(signer as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
}

/** What PKCS #1 puts before a SHA-256 digest. */
const sha256Info = Buffer.from('3031300d060960864801650304020105000420', 'hex');

function inPem(certificate: forge.pki.Certificate): string {
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}
