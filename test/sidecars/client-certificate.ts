import { promisify } from 'node:util';
import forge from 'node-forge';
import type { KeyPair } from '../../src/tls/issue-certificate.ts';

/** Who a client says that it is. */
export interface ClientNames {
  readonly commonName?: string;
  readonly dns?: string;
  readonly uri?: string;
}

/** Issues a certificate for a client, valid for a day. */
export async function issueClientCertificate(
  authority: KeyPair,
  { commonName = 'client', dns, uri }: ClientNames = {},
): Promise<KeyPair> {
  const keys = await promisify(forge.pki.rsa.generateKeyPair)({ bits: 2048 });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
  certificate.validity.notBefore = new Date(Date.now() - 3600_000);
  certificate.validity.notAfter = new Date(Date.now() + 24 * 3600_000);
  certificate.setSubject([{ name: 'commonName', value: commonName }]);
  certificate.setIssuer(forge.pki.certificateFromPem(authority.cert).subject.attributes);
  const altNames = [
    ...(dns === undefined ? [] : [{ type: 2, value: dns }]),
    ...(uri === undefined ? [] : [{ type: 6, value: uri }]),
  ];
  certificate.setExtensions([
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', clientAuth: true },
    ...(altNames.length === 0 ? [] : [{ name: 'subjectAltName', altNames }]),
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(authority.key), forge.md.sha256.create());
  return {
    cert: forge.pki.certificateToPem(certificate),
    key: forge.pki.privateKeyToPem(keys.privateKey),
  };
}
