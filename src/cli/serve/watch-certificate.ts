import type { Config } from '../../config/config.ts';
import { loadCertificateFiles } from '../../tls/certificate-files.ts';
import type { IssuedCertificate } from '../../tls/issued-certificate.ts';
import { SourceWatcher } from '../../tls/source-watcher.ts';
import { attempt } from '../attempt.ts';
import { localHosts } from '../local-hosts.ts';

/** Gets the certificate that the settings name and follows its renewals; the first one is handed over before it resolves. */
export async function watchCertificate(
  config: Config,
  handlers: {
    readonly onCertificate: (issued: IssuedCertificate) => void;
    readonly onProblem: (problem: string) => void;
  },
): Promise<SourceWatcher<IssuedCertificate>> {
  const { load, intervalMs } = sourceOf(config);
  const first = await load();
  handlers.onCertificate(first);
  const watcher = new SourceWatcher(first, {
    load,
    isSame: (one, other) => one.cert === other.cert && one.key === other.key,
    intervalMs,
    onChange: handlers.onCertificate,
    onProblem: handlers.onProblem,
  });
  watcher.start();
  return watcher;
}

function sourceOf(config: Config): {
  readonly load: () => Promise<IssuedCertificate>;
  readonly intervalMs: number;
} {
  if (config.tls === 'files') {
    return { load: () => loadCertificateFiles(config.tlsCertFile, config.tlsKeyFile), intervalMs: 2000 };
  }
  const options = { directory: config.certs, hosts: localHosts, now: () => new Date() };
  const load = async () => {
    // What issues certificates is large, and a mounted certificate needs none of it.
    const { ensureLocalCertificate } = await import('../../tls/local-certificate.ts');
    const keeping = ensureLocalCertificate(options);
    return (await attempt(`cannot keep it in "${config.certs}" (--certs)`, keeping)).certificate;
  };
  return { load, intervalMs: 3600_000 };
}
