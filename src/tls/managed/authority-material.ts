import { createPrivateKey, X509Certificate } from 'node:crypto';
import { validityOf } from '../certificate-validity.ts';
import type { KeyPair } from '../issue-certificate.ts';
import { readCertificate } from '../read-certificate.ts';
import {
  parseTrusted,
  printTrusted,
  type TrustedCertificate,
  withoutRepetition,
} from './trusted-certificate.ts';

/** A certificate authority that can sign. */
export interface Authority extends KeyPair {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** What the replicas share: who signs from now on, and whom clients must go on trusting. */
export interface AuthorityMaterial {
  /** Undefined where there is none, or none that could sign. */
  readonly current: Authority | undefined;
  /** Those that signed before, the newest first. */
  readonly retired: readonly TrustedCertificate[];
}

/** The keys of the Secret. */
export const materialKeys = { cert: 'ca.crt', key: 'ca.key', retired: 'retired.crt' } as const;

/** Reads what the Secret holds, whatever that may be. */
export function parseMaterial(data: Readonly<Record<string, string>>): AuthorityMaterial {
  const [cert = '', key = '', retired = ''] = Object.values(materialKeys).map(name => data[name]);
  const current = parseAuthority({ cert, key });
  // A certificate whose key is lost cannot sign any more, but what it has signed is still in use.
  return {
    current,
    retired: withoutRepetition([...(current ? [] : parseTrusted(cert)), ...parseTrusted(retired)]),
  };
}

/** The opposite of `parseMaterial`. */
export function printMaterial({ current, retired }: AuthorityMaterial): Readonly<Record<string, string>> {
  return {
    [materialKeys.cert]: current?.cert ?? '',
    [materialKeys.key]: current?.key ?? '',
    [materialKeys.retired]: printTrusted(retired),
  };
}

/** An authority out of its certificate and key; undefined where they are not one that this program can sign with. */
export function parseAuthority({ cert, key }: KeyPair): Authority | undefined {
  try {
    readCertificate(cert, key);
    const certificate = new X509Certificate(cert);
    const canSign = certificate.ca && createPrivateKey(key).asymmetricKeyType === 'rsa';
    if (!canSign) return undefined;
    return {
      cert: certificate.toString(),
      key,
      ...validityOf(certificate),
    };
  } catch {
    return undefined;
  }
}

/**
 * What the API server is to trust. It follows from the shared material alone, and not from the time: two replicas whose
 * clocks differ must not write two bundles in turn.
 */
export function trustBundle({ current, retired }: AuthorityMaterial): string {
  return withoutRepetition([
    ...(current ? [{ cert: current.cert, until: current.notAfter }] : []),
    ...retired,
  ])
    .map(({ cert }) => cert)
    .join('');
}
