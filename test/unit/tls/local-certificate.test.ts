import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../../src/tls/issue-certificate.ts';
import { ensureLocalCertificate, type LocalCertificate } from '../../../src/tls/local-certificate.ts';
import { permitsHosts } from '../../../src/tls/name-constraints.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const start = new Date('2026-07-01T12:00:00Z');
const hosts = ['localhost', '127.0.0.1', '::1'];
const names = ['ca.crt', 'ca.key', 'tls.crt', 'tls.key'];

/** A directory with files that were issued at the start: making keys takes long, so once for all tests. */
let issuedDirectory: string;
let issued: LocalCertificate;

beforeAll(async () => {
  issuedDirectory = join(mkdtempSync(join(tmpdir(), 'sidecar-injector-')), 'deep', 'certs');
  issued = await ensureLocalCertificate({ directory: issuedDirectory, hosts, now: () => start });
}, 60_000);

afterAll(() => rmSync(join(issuedDirectory, '..', '..'), { recursive: true }));

/** A directory with a copy of the issued files. */
function copyOfIssued(): string {
  const directory = temporaryDirectory();
  for (const name of names) copyFileSync(join(issuedDirectory, name), join(directory, name));
  return directory;
}

function ensureAfterDays(directory: string, days: number, wanted = hosts): Promise<LocalCertificate> {
  const later = new Date(start.getTime() + days * 24 * 3600_000);
  return ensureLocalCertificate({ directory, hosts: wanted, now: () => later });
}

function contents(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map(name => [name, readFileSync(join(directory, name), 'utf8')]));
}

/** What has to hold of every directory afterwards. */
function expectConsistent(directory: string, { certificate, authority }: LocalCertificate): void {
  expect(contents(directory)).toMatchObject({
    'ca.crt': authority,
    'tls.crt': certificate.cert,
    'tls.key': certificate.key,
  });
  const [issuer, serving] = [new X509Certificate(authority), new X509Certificate(certificate.cert)];
  expect(serving.verify(issuer.publicKey)).toBe(true);
  expect(certificate.notAfter).toEqual(serving.validToDate);
  expect(readdirSync(directory).toSorted()).toEqual(names);
}

describe('an empty place', () => {
  it('gets an authority and a certificate', () => {
    expect(issued).toMatchObject({ isAuthorityNew: true, isCertificateNew: true });
    expectConsistent(issuedDirectory, issued);
  });

  it('gets a certificate for every host that was asked for, addresses of both kinds among them', () => {
    const certificate = new X509Certificate(issued.certificate.cert);
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(certificate.checkIP('::1')).toBe('::1');
  });

  it('gets files that only their owner may read, in a directory that only its owner may enter', () => {
    for (const name of names) expect(statSync(join(issuedDirectory, name)).mode & 0o777, name).toBe(0o600);
    expect(statSync(issuedDirectory).mode & 0o777).toBe(0o700);
  });

  it('has an authority for a year and a certificate for a quarter of one', () => {
    expect(new X509Certificate(issued.authority).validToDate).toEqual(new Date('2027-07-01T12:00:00Z'));
    expect(issued.certificate.notAfter).toEqual(new Date('2026-09-29T12:00:00Z'));
  });
});

describe('what is there', () => {
  it.each([0, 1, 59])('is used again after %s days', async days => {
    const directory = copyOfIssued();
    const again = await ensureAfterDays(directory, days);
    expect(again).toEqual({ ...issued, isAuthorityNew: false, isCertificateNew: false });
    expect(contents(directory)).toEqual(contents(issuedDirectory));
  });

  it('is used again for fewer hosts', async () => {
    const again = await ensureAfterDays(copyOfIssued(), 0, ['127.0.0.1']);
    expect(again.isCertificateNew).toBe(false);
  });

  it.each([60, 91, 242])('is renewed from the same authority after %s days', async days => {
    const directory = copyOfIssued();
    const again = await ensureAfterDays(directory, days);
    expect(again).toMatchObject({
      isAuthorityNew: false,
      isCertificateNew: true,
      authority: issued.authority,
    });
    expect(again.certificate.key).not.toBe(issued.certificate.key);
    expectConsistent(directory, again);
  });

  it('is renewed with its authority after two thirds of the authority’s life', async () => {
    const [before, after] = [copyOfIssued(), copyOfIssued()];
    expect((await ensureAfterDays(before, 243)).isAuthorityNew).toBe(false);
    const again = await ensureAfterDays(after, 244);
    expect(again).toMatchObject({ isAuthorityNew: true, isCertificateNew: true });
    expectConsistent(after, again);
  });

  it('is made anew where the clock was turned back before it was valid', async () => {
    const again = await ensureAfterDays(copyOfIssued(), -1);
    expect(again).toMatchObject({ isAuthorityNew: true, isCertificateNew: true });
  });

  it.each([['other.example.com'], ['10.0.0.1'], ['2001:db8::1']])(
    'is made anew for another host, for which the authority may not sign: %s',
    async host => {
      const directory = copyOfIssued();
      const again = await ensureAfterDays(directory, 0, [...hosts, host]);
      expect(again).toMatchObject({ isAuthorityNew: true, isCertificateNew: true });
      expect(new X509Certificate(again.certificate.cert).subjectAltName?.split(', ')).toHaveLength(4);
      expectConsistent(directory, again);
    },
  );
});

describe('an authority of an earlier release, for ten years and any name', () => {
  let old: KeyPair;
  beforeAll(async () => {
    old = await issueAuthority({ now: start, days: 3650 });
  });

  function directoryOfOld(): string {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'ca.crt'), old.cert);
    writeFileSync(join(directory, 'ca.key'), old.key);
    return directory;
  }

  it.each([0, 2433])('goes on signing after %s days, for hosts that are added too', async days => {
    const directory = directoryOfOld();
    const again = await ensureAfterDays(directory, days, [...hosts, 'other.example.com']);
    expect(again).toMatchObject({ isAuthorityNew: false, isCertificateNew: true, authority: old.cert });
    expectConsistent(directory, again);
  });

  it('is replaced when two thirds of its life are over', async () => {
    const again = await ensureAfterDays(directoryOfOld(), 2434);
    expect(again.isAuthorityNew).toBe(true);
    expect(permitsHosts(again.authority, ['other.example.com'])).toBe(false);
  });
});

describe('what is damaged', () => {
  it.each([
    ['a certificate that is gone', 'tls.crt', undefined],
    ['a key that is gone', 'tls.key', undefined],
    ['an empty certificate', 'tls.crt', ''],
    ['a certificate that is none', 'tls.crt', 'not a certificate'],
    ['a key that is none', 'tls.key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
  ])('is made anew from the same authority: %s', async (_what, name, text) => {
    const directory = copyOfIssued();
    if (text === undefined) rmSync(join(directory, name));
    else writeFileSync(join(directory, name), text);
    const again = await ensureAfterDays(directory, 1);
    expect(again).toMatchObject({ isAuthorityNew: false, isCertificateNew: true });
    expectConsistent(directory, again);
  });

  it('is made anew where the key belongs to another certificate', async () => {
    const directory = copyOfIssued();
    copyFileSync(join(directory, 'ca.key'), join(directory, 'tls.key'));
    const again = await ensureAfterDays(directory, 1);
    expect(again).toMatchObject({ isAuthorityNew: false, isCertificateNew: true });
    expectConsistent(directory, again);
  });

  it.each(['ca.crt', 'ca.key'])('is made anew as a whole where %s is damaged', async name => {
    const directory = copyOfIssued();
    writeFileSync(join(directory, name), 'damaged');
    const again = await ensureAfterDays(directory, 1);
    expect(again).toMatchObject({ isAuthorityNew: true, isCertificateNew: true });
    expectConsistent(directory, again);
  });

  it('is made anew where the certificate comes from another authority', async () => {
    const directory = copyOfIssued();
    // It names the authority, but another key has signed it.
    const forged = await issueServingCertificate(
      { cert: issued.authority, key: issued.certificate.key },
      hosts,
      { now: start, days: 365 },
    );
    writeFileSync(join(directory, 'tls.crt'), forged.cert);
    writeFileSync(join(directory, 'tls.key'), forged.key);
    const again = await ensureAfterDays(directory, 1);
    expect(again).toMatchObject({ isAuthorityNew: false, isCertificateNew: true });
    expectConsistent(directory, again);
  });

  it('gets files that only their owner may read, even where others could before', async () => {
    const directory = copyOfIssued();
    writeFileSync(join(directory, 'tls.key'), '');
    for (const name of names) chmodSync(join(directory, name), 0o644);
    await ensureAfterDays(directory, 1);
    for (const name of ['tls.crt', 'tls.key'])
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });
});

describe('a place that cannot be written', () => {
  it('is a failure that names it', async () => {
    const directory = join(temporaryDirectory(), 'certs');
    writeFileSync(directory, 'a file');
    await expect(ensureAfterDays(directory, 0)).rejects.toThrow(/EEXIST.*certs/);
  });

  it('is one where a directory stands in the way of a file', async () => {
    const directory = copyOfIssued();
    rmSync(join(directory, 'tls.key'));
    mkdirSync(join(directory, 'tls.key'));
    await expect(ensureAfterDays(directory, 1)).rejects.toThrow(/tls\.key/);
  });
});
