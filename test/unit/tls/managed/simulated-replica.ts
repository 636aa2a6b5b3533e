import type { Lifetimes } from '../../../../src/tls/managed/lifetimes.ts';
import { ManagedCertificate } from '../../../../src/tls/managed/managed-certificate.ts';
import { quickIssuer } from './quick-issuer.ts';
import type { SimulatedCluster } from './simulated-cluster.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface SimulatedReplicaOptions {
  readonly cluster: SimulatedCluster;
  readonly clock: VirtualClock;
  readonly lifetimes: Lifetimes;
  readonly pollMs: number;
  readonly random: () => number;
  /** How much its clock is ahead. */
  readonly skewMs?: number;
  /** Names of the Service; those of a release. */
  readonly hosts?: readonly string[];
}

export const serviceHost = 'sidecar-injector.sidecar-injector.svc';

/** One replica, and what it has said. */
export class SimulatedReplica {
  readonly #managed: ManagedCertificate;
  readonly #cluster: SimulatedCluster;
  isAlive = true;
  isReady = false;
  served: string | undefined;
  issued = 0;
  readonly authorities: string[] = [];
  readonly problems: (string | undefined)[] = [];
  publications = 0;

  constructor(options: SimulatedReplicaOptions) {
    const { cluster, clock, lifetimes, pollMs, random, skewMs = 0, hosts = [serviceHost] } = options;
    this.#cluster = cluster;
    this.#managed = new ManagedCertificate({
      store: cluster.store,
      registration: cluster.webhooks,
      clock: clock.skewedBy(skewMs),
      issuer: quickIssuer,
      lifetimes,
      hosts,
      pollMs,
      random,
      shakeHands: async bundle => cluster.refusalWith(bundle, this.served ?? ''),
      clockAheadMs: () => skewMs,
      events: {
        onCertificate: ({ cert }) => {
          this.served = cert;
          this.issued++;
        },
        onAuthority: reason => this.authorities.push(reason),
        onPublished: () => {
          this.publications++;
        },
        onTrust: ({ isTrusted }) => {
          this.isReady = isTrusted;
        },
        onProblem: problem => this.problems.push(problem),
      },
    });
    this.#managed.start();
  }

  /** Ends it at once, whatever it is doing; requests that are under way still arrive. */
  kill(): void {
    this.isAlive = false;
    void this.#managed.stop();
  }

  /** Why an admission that is sent here would fail; undefined where it would not, or none is sent here. */
  get refusal(): string | undefined {
    return this.isAlive && this.isReady && this.served ? this.#cluster.refusal(this.served) : undefined;
  }
}
