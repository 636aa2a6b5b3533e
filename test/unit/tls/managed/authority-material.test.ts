import { beforeAll, describe, expect, it } from 'vitest';
import { issueServingCertificate, type KeyPair } from '../../../../src/tls/issue-certificate.ts';
import { parseMaterial, printMaterial, trustBundle } from '../../../../src/tls/managed/authority-material.ts';
import { parseTrusted, printTrusted } from '../../../../src/tls/managed/trusted-certificate.ts';
import { quickIssuer } from './quick-issuer.ts';

const now = new Date();
const lifetime = { now, days: 30 };
let first: KeyPair;
let second: KeyPair;
let leaf: KeyPair;
beforeAll(async () => {
  first = await quickIssuer.issueAuthority(lifetime);
  second = await quickIssuer.issueAuthority(lifetime);
  leaf = await issueServingCertificate(first, ['localhost'], lifetime);
});

describe('what the Secret holds', () => {
  it('is read as it was written', () => {
    const written = printMaterial({
      ...parseMaterial({ 'ca.crt': first.cert, 'ca.key': first.key }),
      retired: [{ cert: second.cert, until: new Date(now.getTime() + 60_000) }],
    });
    const { current, retired } = parseMaterial(written);
    expect(current).toMatchObject(first);
    expect(retired).toEqual([{ cert: second.cert, until: new Date(now.getTime() + 60_000) }]);
    expect(trustBundle({ current, retired })).toBe(`${first.cert}${second.cert}`);
  });

  it.each<readonly [what: string, data: () => Record<string, string>]>([
    ['nothing', () => ({})],
    ['garbage', () => ({ 'ca.crt': 'x', 'ca.key': '-----BEGIN PRIVATE KEY-----', 'retired.crt': '\u0000' })],
    ['a certificate without its key', () => ({ 'ca.crt': first.cert })],
    ['the key of another', () => ({ 'ca.crt': first.cert, 'ca.key': second.key.slice(0, -200) })],
    ['a certificate that is no authority', () => ({ 'ca.crt': leaf.cert, 'ca.key': leaf.key })],
  ])('is no authority where it is %s', (_what, data) => {
    expect(parseMaterial(data()).current).toBeUndefined();
  });

  it('goes on trusting a certificate whose key was lost', () => {
    const { retired } = parseMaterial({
      'ca.crt': first.cert,
      'retired.crt': printTrusted(parseTrusted(first.cert)),
    });
    expect(retired.map(({ cert }) => cert)).toEqual([first.cert]);
  });
});

describe('trusted certificates', () => {
  it('without a time are trusted as long as they are valid, and never longer', () => {
    const [plain] = parseTrusted(first.cert);
    const [late] = parseTrusted(`# trusted until 9999-01-01T00:00:00.000Z\n${first.cert}`);
    expect(late).toEqual(plain);
    expect(plain?.until.getTime()).toBeGreaterThan(now.getTime() + 29 * 24 * 3600_000);
  });

  it('are found between other text and damaged ones', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const text = `some text\n${first.cert}${broken}more\n${second.cert.replaceAll('\n', '\r\n')}`;
    expect(parseTrusted(text).map(({ cert }) => cert)).toEqual([first.cert, second.cert]);
  });
});
