import type { AddressInfo } from 'node:net';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Readiness } from '../../observability/readiness.ts';
import type { IssuedCertificate } from '../../tls/issued-certificate.ts';
import type { Clock } from '../../tls/managed/managed-certificate-options.ts';
import { attempt } from '../attempt.ts';
import type { Cluster } from './connect-to-cluster.ts';
import { watchCertificate } from './watch-certificate.ts';

export interface CertificateKeeping {
  readonly config: Config;
  readonly cluster: Cluster | undefined;
  readonly clock: Clock;
  /** Where the server listens that gets the certificates. */
  readonly address: AddressInfo;
  readonly onCertificate: (issued: IssuedCertificate) => void;
  /** Told of the port from which this replica is about to shake hands with itself. */
  readonly onOwnHandshake: (port: number) => void;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}

/** A certificate that is kept in order until it is stopped. */
export interface KeptCertificate {
  /** Resolves when there is one to serve with. */
  readonly first: Promise<void>;
  stop(): void;
}

/** Gets the certificate that `--tls` means, hands over each renewal, and says how it stands. */
export async function keepCertificate(keeping: CertificateKeeping): Promise<KeptCertificate> {
  const { tls } = keeping.config;
  const keep = tls === 'managed' ? keepManaged(keeping) : keepLoaded(keeping);
  return attempt(`cannot get a certificate (--tls ${tls})`, keep);
}

/** From files, which are there when the program starts or else never. */
async function keepLoaded(keeping: CertificateKeeping): Promise<KeptCertificate> {
  const { config, log, readiness } = keeping;
  const watcher = await watchCertificate(config, {
    onCertificate: issued => {
      take(issued, keeping);
      readiness.report({ name: 'certificate', isReady: true, detail: validity(issued) });
    },
    onProblem: problem => log.error({ problem }, 'certificate not renewed'),
  });
  return { first: Promise.resolve(), stop: () => watcher.stop() };
}

/** From the cluster, which may let it wait. */
async function keepManaged(keeping: CertificateKeeping): Promise<KeptCertificate> {
  const { config, cluster, clock, address, log, readiness, onOwnHandshake } = keeping;
  const first = Promise.withResolvers<void>();
  const report = (isReady: boolean, detail: string) =>
    readiness.report({ name: 'certificate', isReady, detail });
  let isTrusted = false;
  report(false, 'waiting for the Kubernetes API');
  const { startManagedCertificate } = await import('./start-managed-certificate.ts');
  const { stop } = await startManagedCertificate({
    config,
    cluster,
    clock,
    server: { host: loopbackOf(address), port: address.port, onConnect: onOwnHandshake },
    events: {
      onCertificate: (issued, authorityNotAfter) => {
        take(issued, keeping);
        log.info({ notAfter: issued.notAfter, authorityNotAfter }, 'certificate issued');
        if (isTrusted) report(true, validity(issued));
        else report(false, 'waiting until the API server trusts it');
        first.resolve();
      },
      onAuthority: (reason, notAfter) => log.info({ reason, notAfter }, 'certificate authority issued'),
      onPublished: webhooks => log.info({ webhooks }, 'caBundle written'),
      onTrust: trust => {
        if (trust.isTrusted !== isTrusted) log.info({ isTrusted: trust.isTrusted }, 'trust checked');
        isTrusted = trust.isTrusted;
        report(isTrusted, trust.detail);
      },
      onProblem: problem => {
        if (problem === undefined) log.info('certificate in order again');
        else log.error({ problem }, 'certificate not in order');
        if (!isTrusted && problem !== undefined) report(false, problem);
      },
    },
  });
  return { first: first.promise, stop };
}

function take(issued: IssuedCertificate, { onCertificate, metrics }: CertificateKeeping): void {
  onCertificate(issued);
  metrics.setCertificateExpiry(issued.notAfter);
}

function validity({ notAfter }: IssuedCertificate): string {
  return `valid until ${notAfter.toISOString()}`;
}

/** The address under which this machine reaches itself, where all of its addresses are meant. */
function loopbackOf({ address }: AddressInfo): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
