/**
 * A Secret and a webhook configuration in memory, with the versions and conflicts of the real ones, behind a network that
 * takes its time; and an API server that is behind with what it has been told.
 */
import { X509Certificate } from 'node:crypto';
import type {
  AuthorityStore,
  RegisteredWebhooks,
  Registration,
  StoredMaterial,
} from '../../../../src/tls/managed/managed-certificate-options.ts';
import { parseTrusted } from '../../../../src/tls/managed/trusted-certificate.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How long an API server goes on with a bundle that has been replaced. */
const lagMs = 2000;

export class SimulatedCluster {
  /** Undefined where the object does not exist. */
  secret: StoredMaterial | undefined = { version: '1', data: {} };
  registration: RegisteredWebhooks | undefined;
  /** While true every request fails. */
  isDown = false;
  /** How many milliseconds a request takes; asked each time. */
  latencyMs: () => number;
  readonly #clock: VirtualClock;
  #version = 1;
  /** Bundles and since when they are the truth, the newest last. */
  readonly #bundles: { readonly bundle: string; readonly sinceMs: number }[] = [];
  /** What was found out by certificate and bundle: it is asked for at every moment. */
  readonly #verdicts = new Map<string, Map<string, Validity | undefined>>();

  constructor(clock: VirtualClock, latencyMs: () => number) {
    this.#clock = clock;
    this.latencyMs = latencyMs;
    this.register('');
  }

  /** Makes the configuration anew, as somebody who applies the manifests does. */
  register(caBundle: string): void {
    this.registration = {
      version: this.#nextVersion(),
      webhooks: ['pods.sidecar.io', 'workloads.sidecar.io'].map(name => ({ name, caBundle })),
    };
    this.#note(caBundle);
  }

  readonly store: AuthorityStore = {
    read: () => this.#request(() => this.secret),
    create: () => this.#request(() => (this.secret ??= { version: this.#nextVersion(), data: {} })),
    write: (data, version) =>
      this.#request(() => {
        if (this.secret?.version !== version) return 'conflict';
        this.secret = { version: this.#nextVersion(), data: { ...this.secret.data, ...data } };
        return this.secret;
      }),
  };

  readonly webhooks: Registration = {
    read: () => this.#request(() => this.registration),
    publish: (bundle, { version }) =>
      this.#request(() => {
        if (this.registration?.version !== version) return 'conflict';
        this.register(bundle);
        return this.registration;
      }),
  };

  get bundle(): string {
    return this.registration?.webhooks[0]?.caBundle ?? '';
  }

  /** Why an API server would refuse a certificate, be it up to date or behind; undefined where none would. */
  refusal(cert: string): string | undefined {
    const behind = this.#bundles.findLast(({ sinceMs }) => sinceMs <= this.#clock.nowMs - lagMs);
    const bundles = [this.bundle, ...(behind ? [behind.bundle] : [])];
    return bundles.map(bundle => this.refusalWith(bundle, cert)).find(problem => problem !== undefined);
  }

  refusalWith(bundle: string, cert: string): string | undefined {
    const ofCertificate = this.#verdicts.get(cert) ?? new Map<string, Validity | undefined>();
    this.#verdicts.set(cert, ofCertificate);
    if (!ofCertificate.has(bundle)) ofCertificate.set(bundle, validityWith(bundle, cert));
    const validity = ofCertificate.get(bundle);
    if (validity === undefined) return 'signed by unknown authority';
    const { nowMs } = this.#clock;
    return validity.fromMs <= nowMs && nowMs < validity.toMs ? undefined : 'expired or not yet valid';
  }

  async #request<T>(answer: () => T): Promise<T> {
    await this.#clock.sleep(this.latencyMs());
    if (this.isDown) throw new Error('the API server does not answer');
    return answer();
  }

  #note(bundle: string): void {
    this.#bundles.push({ bundle, sinceMs: this.#clock.nowMs });
    // What is older than the lag is of no interest any more, but for the newest of it.
    while ((this.#bundles[1]?.sinceMs ?? Number.POSITIVE_INFINITY) <= this.#clock.nowMs - lagMs)
      this.#bundles.shift();
  }

  #nextVersion(): string {
    return String(++this.#version);
  }
}

interface Validity {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When a certificate and its issuer are both valid; undefined where a bundle has no issuer of it. */
function validityWith(bundle: string, cert: string): Validity | undefined {
  const certificate = new X509Certificate(cert);
  const issuer = parseTrusted(bundle)
    .map(({ cert: text }) => new X509Certificate(text))
    .find(candidate => certificate.checkIssued(candidate) && certificate.verify(candidate.publicKey));
  if (issuer === undefined) return undefined;
  const both = [issuer, certificate];
  return {
    fromMs: Math.max(...both.map(({ validFromDate }) => validFromDate.getTime())),
    toMs: Math.min(...both.map(({ validToDate }) => validToDate.getTime())),
  };
}
