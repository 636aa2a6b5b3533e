import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCertificateFiles } from '../../../src/tls/certificate-files.ts';
import { issueAuthority, type KeyPair } from '../../../src/tls/issue-certificate.ts';
import { readCertificate, UnusableCertificateError } from '../../../src/tls/read-certificate.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const now = new Date('2026-07-01T12:00:00Z');
let first: KeyPair;
let second: KeyPair;

beforeAll(async () => {
  [first, second] = await Promise.all([issueAuthority({ now, days: 1 }), issueAuthority({ now, days: 2 })]);
}, 60_000);

function write(directory: string, { cert, key }: KeyPair): void {
  writeFileSync(join(directory, 'tls.crt'), cert);
  writeFileSync(join(directory, 'tls.key'), key);
}

function load(directory: string) {
  return loadCertificateFiles(join(directory, 'tls.crt'), join(directory, 'tls.key'));
}

describe('certificate files', () => {
  it('are read with their expiry', async () => {
    const directory = temporaryDirectory();
    write(directory, first);
    expect(await load(directory)).toEqual({ ...first, notAfter: new Date('2026-07-02T12:00:00Z') });
  });

  it('are read as they are now, however they were replaced', async () => {
    const directory = temporaryDirectory();
    write(directory, first);
    write(directory, second);
    expect(await load(directory)).toMatchObject(second);
    for (const [name, text] of [
      ['tls.crt', first.cert],
      ['tls.key', first.key],
    ] as const) {
      writeFileSync(join(directory, `${name}.new`), text);
      renameSync(join(directory, `${name}.new`), join(directory, name));
    }
    expect(await load(directory)).toMatchObject(first);
  });

  it('are followed through the link of a mounted Secret', async () => {
    const directory = temporaryDirectory();
    for (const [version, pair] of [
      ['..1', first],
      ['..2', second],
    ] as const) {
      mkdirSync(join(directory, version));
      write(join(directory, version), pair);
    }
    symlinkSync('..1', join(directory, '..data'));
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(join('..data', name), join(directory, name));
    expect(await load(directory)).toMatchObject(first);
    symlinkSync('..2', join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    expect(await load(directory)).toMatchObject(second);
  });

  it('are a failure that names the file where one is missing', async () => {
    const directory = temporaryDirectory();
    write(directory, first);
    rmSync(join(directory, 'tls.key'));
    await expect(load(directory)).rejects.toThrow(/ENOENT.*tls\.key/);
  });

  it('are unusable while only one of them is replaced', async () => {
    const directory = temporaryDirectory();
    write(directory, { cert: second.cert, key: first.key });
    await expect(load(directory)).rejects.toThrow(
      expect.objectContaining({
        name: 'UnusableCertificateError',
        message: `${join(directory, 'tls.crt')} with ${join(directory, 'tls.key')}: the private key does not belong to the certificate`,
      }),
    );
  });

  it.each([
    ['tls.crt', 'the certificate cannot be read'],
    ['tls.key', 'the private key cannot be read'],
  ])('are unusable where %s holds something else, and both are named', async (name, problem) => {
    const directory = temporaryDirectory();
    write(directory, first);
    writeFileSync(join(directory, name), 'nothing');
    await expect(load(directory)).rejects.toThrow(
      expect.objectContaining({
        name: 'UnusableCertificateError',
        message: `${join(directory, 'tls.crt')} with ${join(directory, 'tls.key')}: ${problem}`,
      }),
    );
  });
});

describe('readCertificate', () => {
  it('reads a chain by its first certificate', () => {
    const chain = first.cert + second.cert;
    expect(readCertificate(chain, first.key)).toEqual({
      cert: chain,
      key: first.key,
      notAfter: new Date('2026-07-02T12:00:00Z'),
    });
    expect(() => readCertificate(second.cert + first.cert, first.key)).toThrow(UnusableCertificateError);
  });

  it.each([
    ['', () => first.key, 'the certificate cannot be read'],
    ['half of one', () => first.key, 'the certificate cannot be read'],
    ['good', () => '', 'the private key cannot be read'],
    ['good', () => first.cert, 'the private key cannot be read'],
    ['good', () => second.key, 'the private key does not belong to the certificate'],
  ])('says what of it cannot be used: %s certificate', (cert, key, message) => {
    const text = cert === 'good' ? first.cert : cert === '' ? '' : first.cert.slice(0, 400);
    const attempt = () => readCertificate(text, key());
    expect(attempt).toThrow(UnusableCertificateError);
    expect(attempt).toThrow(new RegExp(`^${message}$`));
  });

  it('never quotes a key', () => {
    const key = first.key.replace('A', 'B').slice(0, 900);
    try {
      readCertificate(first.cert, key);
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain(key.slice(100, 130));
    }
  });
});
