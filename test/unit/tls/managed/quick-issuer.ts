import { generateKeyPairSync } from 'node:crypto';
import { issueAuthority, issueServingCertificate } from '../../../../src/tls/issue-certificate.ts';
import type { Issuer } from '../../../../src/tls/managed/managed-certificate-options.ts';

/** Keys that nobody should use: short, and the same few again and again. */
const keys = Array.from({ length: 4 }, () =>
  generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }),
);
let next = 0;
const newKeys = async () => {
  const found = keys[next++ % keys.length];
  if (found === undefined) throw new Error('no keys');
  return found;
};

/** Issues certificates as the program does, but so quickly that years of them take seconds. */
export const quickIssuer: Issuer = {
  issueAuthority: lifetime => issueAuthority(lifetime, newKeys),
  issueServingCertificate: (authority, hosts, lifetime) =>
    issueServingCertificate(authority, hosts, lifetime, newKeys),
};
