import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localHosts } from '../../src/cli/local-hosts.ts';
import { ensureLocalCertificate } from '../../src/tls/local-certificate.ts';

/** A directory with the files of `--tls local`, made once for a file of tests, so that each start is quick. */
export async function makeLocalCertificates(): Promise<{
  readonly path: string;
  readonly remove: () => void;
}> {
  const path = mkdtempSync(join(tmpdir(), 'sidecar-injector-certs-'));
  await ensureLocalCertificate({ directory: path, hosts: localHosts, now: () => new Date() });
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
