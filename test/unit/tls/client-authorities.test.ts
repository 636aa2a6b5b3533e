import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadClientAuthorities } from '../../../src/tls/client-authorities.ts';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../../src/tls/issue-certificate.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const now = new Date('2026-07-01T12:00:00Z');
let first: KeyPair;
let second: KeyPair;
let leaf: KeyPair;
beforeAll(async () => {
  [first, second] = await Promise.all([issueAuthority({ now, days: 1 }), issueAuthority({ now, days: 9 })]);
  leaf = await issueServingCertificate(first, ['client'], { now, days: 1 });
}, 60_000);

function fileWith(text: string): string {
  const file = join(temporaryDirectory(), 'clients.crt');
  writeFileSync(file, text);
  return file;
}

describe('the authorities of clients', () => {
  it.each([
    ['one', () => first.cert],
    ['several, with text between them', () => `# old\n${first.cert}\n# new\n${second.cert}`],
  ])('are read from a file: %s', async (_what, text) => {
    expect(await loadClientAuthorities(fileWith(text()), now)).toBe(text());
  });

  it.each([
    ['nothing', () => '', 'no certificate in it; use one or more authorities in PEM'],
    ['a key', () => first.key, 'no certificate in it; use one or more authorities in PEM'],
    [
      'a certificate that is none',
      () => `${first.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      'certificate 2 cannot be read',
    ],
    [
      'the certificate of a client',
      () => leaf.cert,
      'certificate 1 is not an authority; use the one that signs those of the clients',
    ],
  ])('are refused with what is wrong: %s', async (_what, text, problem) => {
    const file = fileWith(text());
    const message = expect(loadClientAuthorities(file, now)).rejects;
    await message.toThrow(problem);
    await message.toThrow(file);
  });

  it('are refused once all of them have expired', async () => {
    const file = fileWith(first.cert + second.cert);
    const later = (days: number) => new Date(now.getTime() + days * 24 * 3600_000);
    await loadClientAuthorities(file, later(8));
    await expect(loadClientAuthorities(file, later(9))).rejects.toThrow(
      'expired at 2026-07-10T12:00:00.000Z',
    );
  });

  it('are told to be missing', async () => {
    await expect(loadClientAuthorities('/nowhere/clients.crt', now)).rejects.toThrow(/ENOENT.*clients\.crt/);
  });
});
