import type { Config } from '../../config/config.ts';
import { InjectorError } from '../../injector-error.ts';
import { twoThirds } from '../../tls/managed/lifetimes.ts';
import type { Clock, ManagedCertificateEvents } from '../../tls/managed/managed-certificate-options.ts';
import type { HandshakePartner } from '../../tls/shake-hands.ts';
import type { Cluster } from './connect-to-cluster.ts';

/** Time between two looks at Secret and webhook configuration: two small requests, and what was reset is back in seconds. */
const pollMs = 2000;

export interface ManagedCertificateSettings {
  readonly config: Config;
  /** Undefined where the Kubernetes API cannot be reached. */
  readonly cluster: Cluster | undefined;
  readonly clock: Clock;
  /** Where this replica listens, for a handshake with itself. */
  readonly server: HandshakePartner;
  readonly events: ManagedCertificateEvents;
}

/**
 * Starts keeping the certificate that `--tls managed` means.
 *
 * @throws InjectorError outside a cluster.
 */
export async function startManagedCertificate(
  settings: ManagedCertificateSettings,
): Promise<{ stop(): void }> {
  const { config, cluster, clock, server, events } = settings;
  if (cluster === undefined) {
    throw new InjectorError(
      'the Kubernetes API is needed; run it in a pod that mounts its token, or name a kubeconfig with --kubeconfig',
    );
  }
  const { client, namespace } = cluster;
  // All of this is large, and the other kinds of certificate need none of it.
  const [{ ManagedCertificate }, issuer, { shakeHands }, { AuthoritySecret }, { WebhookRegistration }] =
    await Promise.all([
      import('../../tls/managed/managed-certificate.ts'),
      import('../../tls/issue-certificate.ts'),
      import('../../tls/shake-hands.ts'),
      import('../../cluster/authority-secret.ts'),
      import('../../cluster/webhook-registration.ts'),
    ]);
  const managed = new ManagedCertificate({
    store: new AuthoritySecret(client, namespace),
    registration: new WebhookRegistration(client, namespace),
    clock,
    issuer,
    lifetimes: lifetimesOf(config),
    hosts: serviceHosts(namespace),
    pollMs,
    random: Math.random,
    shakeHands: (bundle, host) => shakeHands(server, bundle, host),
    clockAheadMs: () => client.clockAheadMs,
    events,
  });
  managed.start();
  return { stop: () => void managed.stop() };
}

/** The names of the Service; the API server asks for the first. */
function serviceHosts(namespace: string): readonly string[] {
  const service = `sidecar-injector.${namespace}`;
  return [`${service}.svc`, service, `${service}.svc.cluster.local`];
}

function lifetimesOf({ caLifetime, caRenewAfter, certificateLifetime, certificateRenewAfter }: Config) {
  return {
    authorityMs: caLifetime.milliseconds,
    authorityRenewAfterMs: caRenewAfter?.milliseconds ?? twoThirds(caLifetime.milliseconds),
    leafMs: certificateLifetime.milliseconds,
    leafRenewAfterMs: certificateRenewAfter?.milliseconds ?? twoThirds(certificateLifetime.milliseconds),
  };
}
