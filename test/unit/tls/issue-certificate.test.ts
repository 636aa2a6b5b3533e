import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../../src/tls/issue-certificate.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const now = new Date('2026-07-01T12:00:00Z');
const hosts = ['sidecar-injector.sidecar-injector.svc', 'localhost', '127.0.0.1', '::1'];

let authority: KeyPair;
let serving: KeyPair;

beforeAll(async () => {
  authority = await issueAuthority({ now, days: 3650 });
  serving = await issueServingCertificate(authority, hosts, { now, days: 365 });
}, 60_000);

/** The content of the DER integer that is the serial number, first byte first. */
function serialBytes({ cert }: KeyPair): Buffer {
  const der = new X509Certificate(cert).raw;
  // Certificate > TBSCertificate > [0] version > serialNumber
  const certificate = contentAt(der, 0);
  const body = contentAt(der, certificate.start);
  const version = contentAt(der, body.start);
  expect(der[body.start]).toBe(0xa0);
  expect(der[version.end]).toBe(0x02);
  const serial = contentAt(der, version.end);
  return der.subarray(serial.start, serial.end);
}

/** Where the content of the DER element at an offset begins and ends. */
function contentAt(der: Buffer, offset: number): { readonly start: number; readonly end: number } {
  const first = der[offset + 1] ?? 0;
  if (first < 0x80) return { start: offset + 2, end: offset + 2 + first };
  const count = first & 0x7f;
  const start = offset + 2 + count;
  return { start, end: start + der.readUIntBE(offset + 2, count) };
}

function openssl(args: readonly string[], input?: string): string {
  const { stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8', input });
  return stdout + stderr;
}

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.each([
  ['authority', () => authority],
  ['serving certificate', () => serving],
] as const)('the %s', (_what, pair) => {
  it('has an RSA key of 2048 bits that belongs to it', () => {
    const certificate = new X509Certificate(pair().cert);
    expect(certificate.publicKey.asymmetricKeyType).toBe('rsa');
    expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({
      modulusLength: 2048,
      publicExponent: 65537n,
    });
    expect(certificate.checkPrivateKey(createPrivateKey(pair().key))).toBe(true);
  });

  it('is signed by the authority, with SHA-256', () => {
    const certificate = new X509Certificate(pair().cert);
    const issuer = new X509Certificate(authority.cert);
    expect(certificate.checkIssued(issuer)).toBe(true);
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    // Object identifier 1.2.840.113549.1.1.11, sha256WithRSAEncryption.
    expect(certificate.raw.includes(Buffer.from('2a864886f70d01010b', 'hex'))).toBe(true);
    // 1.2.840.113549.1.1.5, sha1WithRSAEncryption: Go refuses it.
    expect(certificate.raw.includes(Buffer.from('2a864886f70d010105', 'hex'))).toBe(false);
  });

  it('is valid from an hour ago, for clocks that are behind', () => {
    expect(new X509Certificate(pair().cert).validFromDate).toEqual(new Date('2026-07-01T11:00:00Z'));
  });

  it('is PEM with plain line ends', () => {
    expect(pair().cert).toMatch(/^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\n$/);
    expect(pair().key).toMatch(
      /^-----BEGIN (RSA )?PRIVATE KEY-----\n[\s\S]+\n-----END (RSA )?PRIVATE KEY-----\n$/,
    );
    expect(pair().cert + pair().key).not.toContain('\r');
  });

  it('has a serial number that is positive, minimal and at most 20 octets', () => {
    const serial = serialBytes(pair());
    const [first = 0, second = 0] = serial;
    expect(first & 0x80, 'a first bit of 1 is negative').toBe(0);
    expect(first === 0 && second < 0x80, 'a first octet of 0 that nothing needs').toBe(false);
    expect(serial.length).toBeGreaterThanOrEqual(8);
    expect(serial.length).toBeLessThanOrEqual(20);
  });

  it.skipIf(!hasOpenssl)(
    'is read by openssl in the same way (skipped where openssl is not installed)',
    () => {
      const text = openssl(['x509', '-noout', '-text'], pair().cert);
      expect(text).toContain('Version: 3');
      expect(text).toContain('Signature Algorithm: sha256WithRSAEncryption');
      expect(text).toContain('Public-Key: (2048 bit)');
      expect(text).toMatch(/Serial Number:\s+[0-9a-f]{2}:/);
      expect(text).not.toContain('(Negative)');
    },
  );
});

describe('an authority', () => {
  it('signs itself and may sign others, and nothing else', () => {
    const certificate = new X509Certificate(authority.cert);
    expect(certificate.ca).toBe(true);
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.subjectAltName).toBeUndefined();
  });

  it('has a name that no other has', async () => {
    const other = await issueAuthority({ now, days: 1 });
    const name = /^CN=sidecar-injector CA [0-9a-f]{8}$/;
    expect(new X509Certificate(authority.cert).subject).toMatch(name);
    expect(new X509Certificate(other.cert).subject).toMatch(name);
    expect(new X509Certificate(other.cert).subject).not.toBe(new X509Certificate(authority.cert).subject);
    expect(new X509Certificate(serving.cert).checkIssued(new X509Certificate(other.cert))).toBe(false);
  });

  it('lives as long as it was told', () => {
    expect(new X509Certificate(authority.cert).validToDate).toEqual(new Date('2036-06-28T12:00:00Z'));
  });

  it.skipIf(!hasOpenssl)('has its usages marked critical (skipped where openssl is not installed)', () => {
    const text = openssl(['x509', '-noout', '-text'], authority.cert);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    expect(text).toContain('X509v3 Subject Key Identifier');
  });
});

describe('a serving certificate', () => {
  it('is for its hosts, names and addresses, and for no other', () => {
    const certificate = new X509Certificate(serving.cert);
    expect(certificate.subjectAltName).toBe(
      'DNS:sidecar-injector.sidecar-injector.svc, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(certificate.checkHost('sidecar-injector.sidecar-injector.svc')).toBeDefined();
    expect(certificate.checkIP('127.0.0.1')).toBeDefined();
    expect(certificate.checkIP('::1')).toBeDefined();
    expect(certificate.checkHost('example.com')).toBeUndefined();
    expect(certificate.checkIP('10.0.0.1')).toBeUndefined();
  });

  it('is no authority, and is for servers', () => {
    const certificate = new X509Certificate(serving.cert);
    expect(certificate.ca).toBe(false);
    // Object identifier of serverAuth.
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('lives as long as it was told', () => {
    expect(new X509Certificate(serving.cert).validToDate).toEqual(new Date('2027-07-01T12:00:00Z'));
  });

  it('has a serial number of its own, each time', async () => {
    const again = await issueServingCertificate(authority, hosts, { now, days: 365 });
    const serials = [authority, serving, again].map(pair => serialBytes(pair).toString('hex'));
    expect(new Set(serials).size).toBe(3);
    expect(again.key).not.toBe(serving.key);
  });

  it.skipIf(!hasOpenssl)('has its usages marked critical (skipped where openssl is not installed)', () => {
    const text = openssl(['x509', '-noout', '-text'], serving.cert);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature, Key Encipherment\n/);
    expect(text).toMatch(/X509v3 Extended Key Usage:\s+TLS Web Server Authentication\n/);
    const [, identifier] = /Authority Key Identifier:\s+(?:keyid:)?([0-9A-F:]+)/.exec(text) ?? [];
    expect(openssl(['x509', '-noout', '-text'], authority.cert)).toContain(identifier);
  });

  it.skipIf(!hasOpenssl).each([
    ['-verify_hostname', 'sidecar-injector.sidecar-injector.svc', 0],
    ['-verify_hostname', 'localhost', 0],
    ['-verify_ip', '127.0.0.1', 0],
    ['-verify_ip', '::1', 0],
    ['-verify_hostname', 'example.com', 2],
    ['-verify_ip', '10.0.0.1', 2],
  ])('is verified by openssl (skipped where openssl is not installed): %s %s', (flag, host, status) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'ca.crt'), authority.cert);
    writeFileSync(join(directory, 'tls.crt'), serving.cert);
    const { status: seen } = spawnSync(
      'openssl',
      [
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-attime',
        String(now.getTime() / 1000),
        '-CAfile',
        'ca.crt',
        flag,
        host,
        'tls.crt',
      ],
      { cwd: directory },
    );
    expect(seen).toBe(status);
  });
});
