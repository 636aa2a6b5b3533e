import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchCertificate } from '../../../../src/cli/serve/watch-certificate.ts';
import type { Config } from '../../../../src/config/config.ts';
import { parseConfig } from '../../../../src/config/parse-config.ts';
import { issueAuthority } from '../../../../src/tls/issue-certificate.ts';
import type { IssuedCertificate } from '../../../../src/tls/issued-certificate.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

function configOf(...flags: readonly string[]): Config {
  const { config } = { config: undefined, ...parseConfig({ flags, variables: {} }) };
  if (config === undefined) throw new Error('the flags are wrong');
  return config;
}

/** Watches, with what was handed over on the way. */
async function watch(config: Config) {
  const certificates: IssuedCertificate[] = [];
  const problems: string[] = [];
  const watcher = await watchCertificate(config, {
    onCertificate: issued => certificates.push(issued),
    onProblem: problem => problems.push(problem),
  });
  // The tests look by themselves.
  watcher.stop();
  return { watcher, certificates, problems };
}

describe('the serving certificate', () => {
  it('of --tls local is made where there is none, and handed over before the start goes on', async () => {
    const certs = join(temporaryDirectory(), 'certs');
    const { watcher, certificates } = await watch(configOf('--certs', certs));
    expect(certificates).toHaveLength(1);
    await watcher.refresh();
    expect(certificates, 'the same one is not handed over again').toHaveLength(1);
  });

  it('of --tls files is followed, trouble told, and the last good one kept', async () => {
    const directory = temporaryDirectory();
    const [certFile, keyFile] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
    const [first, second] = await Promise.all(
      [1, 2].map(days => issueAuthority({ now: new Date('2026-07-01T12:00:00Z'), days })),
    );
    writeFileSync(certFile, first?.cert ?? '');
    writeFileSync(keyFile, first?.key ?? '');
    const config = configOf('--tls=files', '--tls-cert-file', certFile, '--tls-key-file', keyFile);
    const { watcher, certificates, problems } = await watch(config);
    writeFileSync(certFile, second?.cert ?? '');
    await watcher.refresh();
    expect(problems).toEqual([
      `${certFile} with ${keyFile}: the private key does not belong to the certificate`,
    ]);
    writeFileSync(keyFile, second?.key ?? '');
    await watcher.refresh();
    expect(certificates.map(({ key }) => key)).toEqual([first?.key, second?.key]);
  });

  it('that is missing at the start is a failure', async () => {
    const missing = join(temporaryDirectory(), 'tls.crt');
    const config = configOf('--tls=files', '--tls-cert-file', missing, '--tls-key-file', missing);
    await expect(watch(config)).rejects.toThrow(/ENOENT.*tls\.crt/);
  });
});
