import { InjectorError } from '../../injector-error.ts';
import { permitsHosts } from '../name-constraints.ts';
import { type AuthorityDecision, decideAuthority, succeed } from './authority-decision.ts';
import {
  type Authority,
  type AuthorityMaterial,
  parseAuthority,
  parseMaterial,
  printMaterial,
  trustBundle,
} from './authority-material.ts';
import { maxClockSkewMs } from './lifetimes.ts';
import type {
  ManagedCertificateOptions,
  RegisteredWebhooks,
  StoredMaterial,
} from './managed-certificate-options.ts';
import { parseTrusted, type TrustedCertificate } from './trusted-certificate.ts';

/** What the replicas have agreed on, and what the API server has been told of it. */
export interface Agreement {
  readonly current: Authority;
  /** The `caBundle` of each webhook that is ours, each text once; undefined where there is no configuration. */
  readonly bundles: readonly string[] | undefined;
  /** What kept the bundle from being written. */
  readonly problem?: string | undefined;
}

/** The authority in the Secret and the `caBundle` that follows from it, kept in order by every replica alike. */
export class SharedAuthority {
  readonly #options: ManagedCertificateOptions;
  /** What was read last: not parsed again while it is the same, and remembered where the Secret is lost. */
  #last: { readonly version: string; readonly material: AuthorityMaterial } | undefined;

  constructor(options: ManagedCertificateOptions) {
    this.#options = options;
  }

  /**
   * Reads both objects and writes what is not as it should be. After a conflict everything is read and judged again.
   *
   * @throws InjectorError where others change the objects faster than this can follow, or the clock is wrong.
   */
  async agree(): Promise<Agreement> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const agreement = await this.#agreeOnce();
      if (agreement !== 'conflict') return agreement;
    }
    throw new InjectorError(
      `the Secret or the webhook configuration was changed by others ${maxAttempts} times in a row; who writes to them?`,
    );
  }

  /**
   * The configuration is read before the Secret, and written only in the version that was read: so a bundle that has
   * become out of date meanwhile is refused by the API server and never takes another replica's authority away.
   */
  async #agreeOnce(): Promise<Agreement | 'conflict'> {
    const { registration, store } = this.#options;
    const registered = await registration.read();
    const stored = (await store.read()) ?? (await store.create());
    this.#checkClock();
    const material = await this.#maintain(stored, registered);
    if (material === 'conflict' || material.current === undefined) return 'conflict';
    const { current } = material;
    if (registered === undefined) return { current, bundles: undefined };
    const published = await this.#publish(trustBundle(material), registered);
    return published === 'conflict' ? published : { current, ...published };
  }

  #checkClock(): void {
    const aheadMs = this.#options.clockAheadMs();
    if (aheadMs === undefined || Math.abs(aheadMs) <= maxClockSkewMs) return;
    const minutes = Math.round(Math.abs(aheadMs) / 60_000);
    throw new InjectorError(
      `the clock is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} the API server's; set the clock of the node right`,
    );
  }

  async #maintain(
    stored: StoredMaterial,
    registered: RegisteredWebhooks | undefined,
  ): Promise<AuthorityMaterial | 'conflict'> {
    const { store, clock, lifetimes, events } = this.#options;
    const known = this.#last?.version === stored.version ? this.#last.material : undefined;
    const material = known ?? parseMaterial(stored.data);
    const decided = decideAuthority(material, clock.now(), lifetimes);
    const decision = decided === 'keep' && !known && !this.#isForOurHosts(material) ? 'due' : decided;
    if (decision === 'keep') {
      this.#last = { version: stored.version, material };
      return material;
    }
    const next =
      decision === 'prune'
        ? succeed(material, undefined, { now: clock.now() })
        : await this.#replace(material, decision, registered);
    const written = await store.write(printMaterial(next), stored.version);
    if (written === 'conflict') return written;
    this.#last = { version: written.version, material: next };
    if (decision !== 'prune' && next.current) events.onAuthority(decision, next.current.notAfter);
    return next;
  }

  /** Not where it was issued by a version of this program that had other names. */
  #isForOurHosts({ current }: AuthorityMaterial): boolean {
    return current === undefined || permitsHosts(current.cert, this.#options.hosts);
  }

  async #replace(
    material: AuthorityMaterial,
    decision: AuthorityDecision,
    registered: RegisteredWebhooks | undefined,
  ): Promise<AuthorityMaterial> {
    const { clock, issuer, lifetimes, hosts } = this.#options;
    const now = clock.now();
    const days = lifetimes.authorityMs / dayMs;
    const successor = parseAuthority(await issuer.issueAuthority({ now, days, hosts }));
    return succeed(material, successor, {
      now,
      adopted: decision === 'due' ? [] : this.#inUse(now, registered),
    });
  }

  /** Where the Secret says nothing: what replicas serve nevertheless, from memory and from the bundle that is published. */
  #inUse(now: Date, registered: RegisteredWebhooks | undefined): readonly TrustedCertificate[] {
    const { current, retired = [] } = this.#last?.material ?? {};
    const known = current ? [{ cert: current.cert, until: current.notAfter }, ...retired] : retired;
    // The bundle may hold authorities that are not ours; no longer than a certificate of ours lives.
    const latestMs = now.getTime() + this.#options.lifetimes.leafMs;
    const published = (registered?.webhooks ?? [])
      .flatMap(({ caBundle }) => parseTrusted(caBundle))
      .map(({ cert, until }) => ({ cert, until: new Date(Math.min(until.getTime(), latestMs)) }));
    return [...known, ...published];
  }

  async #publish(
    bundle: string,
    registered: RegisteredWebhooks,
  ): Promise<Pick<Agreement, 'bundles' | 'problem'> | 'conflict'> {
    const stale = registered.webhooks.filter(({ caBundle }) => caBundle !== bundle);
    if (stale.length === 0) return { bundles: bundlesOf(registered) };
    try {
      const published = await this.#options.registration.publish(bundle, registered);
      if (published === 'conflict') return published;
      this.#options.events.onPublished(stale.map(({ name }) => name));
      return { bundles: bundlesOf(published) };
    } catch (error) {
      return {
        bundles: bundlesOf(registered),
        problem: error instanceof Error ? error.message : String(error),
      };
    }
  }
}

/** Three replicas that start at once need two. */
const maxAttempts = 5;

const dayMs = 24 * 3600_000;

function bundlesOf({ webhooks }: RegisteredWebhooks): readonly string[] {
  return [...new Set(webhooks.map(({ caBundle }) => caBundle))];
}
