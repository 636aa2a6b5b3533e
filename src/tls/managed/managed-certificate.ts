/**
 * The certificate of one replica, signed by the authority that all replicas share. There is no leader: each replica looks
 * at the Secret and at the webhook configuration, does what is to be done, and lets whoever was faster be right.
 */
import { InjectorError } from '../../injector-error.ts';
import { readCertificate } from '../read-certificate.ts';
import { backOffMs } from './back-off.ts';
import { isLeafDue, leafDueMs, leafEnd, type ServedLeaf } from './leaf-decision.ts';
import type { ManagedCertificateOptions } from './managed-certificate-options.ts';
import { type Agreement, SharedAuthority } from './shared-authority.ts';
import { decideSigners, type Signers } from './signer-decision.ts';

export class ManagedCertificate {
  readonly #options: ManagedCertificateOptions;
  readonly #shared: SharedAuthority;
  readonly #stopping = new AbortController();
  #signers: Signers = {};
  #leaf: ServedLeaf | undefined;
  #bundles: Agreement['bundles'];
  /** Certificate and bundles with which the last handshake succeeded. */
  #trusted: string | undefined;
  #failures = 0;
  #problem: string | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ManagedCertificateOptions) {
    this.#options = options;
    this.#shared = new SharedAuthority(options);
  }

  /** Keeps certificate, Secret and `caBundle` in order until stopped. */
  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#look();
      await this.#pause();
    }
  }

  /** Takes each step, also after one that failed: without the API server a certificate can still be renewed. */
  async #look(): Promise<void> {
    let problem: string | undefined;
    for (const step of [() => this.#agree(), () => this.#renewLeaf(), () => this.#checkTrust()]) {
      await step().catch((error: unknown) => {
        problem ??= error instanceof Error ? error.message : String(error);
      });
    }
    this.#failures = problem === undefined ? 0 : this.#failures + 1;
    if (problem !== this.#problem) this.#options.events.onProblem(problem);
    this.#problem = problem;
  }

  async #agree(): Promise<void> {
    const { current, bundles, problem } = await this.#shared.agree();
    this.#bundles = bundles;
    this.#signers = decideSigners(this.#signers, current, {
      isPublished: cert =>
        bundles !== undefined && bundles.length > 0 && bundles.every(text => text.includes(cert)),
      now: this.#options.clock.now(),
    });
    if (problem !== undefined) throw new InjectorError(problem);
    if (bundles === undefined) {
      throw new InjectorError(
        'there is no MutatingWebhookConfiguration sidecar-injector; apply deploy/ again',
      );
    }
    if (bundles.length === 0) {
      throw new InjectorError(
        `no webhook of the MutatingWebhookConfiguration sidecar-injector calls ${this.#options.hosts[0]}; a cluster has one injector: delete this one, or apply its manifests again`,
      );
    }
  }

  async #renewLeaf(): Promise<void> {
    const { clock, issuer, lifetimes, hosts, events } = this.#options;
    // Before any is trusted the next one serves as well as none: nobody is sent here yet.
    const authority = this.#signers.settled ?? this.#signers.pending?.authority;
    const now = clock.now();
    if (authority === undefined || !isLeafDue(this.#leaf, authority, { now, lifetimes })) return;
    if (authority.notAfter <= now) throw new InjectorError('the certificate authority has expired');
    const days = (leafEnd(authority, now, lifetimes).getTime() - now.getTime()) / dayMs;
    const { cert, key } = await issuer.issueServingCertificate(authority, hosts, { now, days });
    const certificate = readCertificate(cert, key);
    this.#leaf = { certificate, authority, issuedAt: now };
    events.onCertificate(certificate, authority.notAfter);
  }

  /**
   * Whether the API server can trust this replica. Once it could, only a handshake that fails says otherwise: while the
   * configuration is away or cannot be read nobody knows, and to take all replicas out of the Service would help nobody.
   */
  async #checkTrust(): Promise<void> {
    const { shakeHands, hosts, events } = this.#options;
    if (this.#leaf === undefined || !this.#bundles?.length) return;
    if (this.#leaf.authority.cert !== this.#signers.settled?.cert) return;
    const { cert, notAfter } = this.#leaf.certificate;
    const tried = [cert, ...this.#bundles].join('\n');
    if (tried === this.#trusted) return;
    for (const bundle of this.#bundles) {
      const problem = await shakeHands(bundle, hosts[0] ?? '');
      if (problem === undefined) continue;
      this.#trusted = undefined;
      events.onTrust({ isTrusted: false, detail: `not trusted with the published caBundle: ${problem}` });
      throw new InjectorError(`a handshake with the published caBundle failed: ${problem}`);
    }
    this.#trusted = tried;
    events.onTrust({
      isTrusted: true,
      detail: `trusted by the API server, valid until ${notAfter.toISOString()}`,
    });
  }

  async #pause(): Promise<void> {
    const { clock, pollMs, random, lifetimes } = this.#options;
    const isFine = this.#failures === 0;
    const nextMs = isFine ? pollMs * (0.9 + random() / 5) : backOffMs(this.#failures, random());
    const dueMs = this.#leaf && isFine ? leafDueMs(this.#leaf, lifetimes, clock.now()) : nextMs;
    await clock.sleep(Math.max(shortestMs, Math.min(nextMs, dueMs)), this.#stopping.signal);
  }
}

const dayMs = 24 * 3600_000;
const shortestMs = 50;
