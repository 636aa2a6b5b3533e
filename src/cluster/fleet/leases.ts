/**
 * Keeps two runs from the same work: a Lease in each namespace in which one is at work.
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */
import { setTimeout } from 'node:timers/promises';
import { InjectorError } from '../../injector-error.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { ApiError, unlessConflict, unlessMissing } from '../api-error.ts';
import { HeldLeaseError } from './held-lease-error.ts';
import { type LeaseObject, microTime, readLease } from './lease-object.ts';

export interface LeasesOptions {
  readonly client: Pick<ApiClient, 'request' | 'clockAheadMs'>;
  /** Tells people who it is; of this run alone. */
  readonly holder: string;
  /** Called where a lease is somebody else's now, or may be because it could not be renewed in time. */
  readonly onLost: (namespace: string, why: string) => void;
  readonly nowMs?: () => number;
  /** Resolves after a time, or at once when it is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

interface OwnLease {
  readonly lease: LeaseObject;
  /** By our clock. */
  readonly validUntilMs: number;
}

/** The Leases of one run. Each is renewed in the background until it is released. */
export class Leases {
  readonly #options: Required<LeasesOptions>;
  readonly #own = new Map<string, OwnLease>();
  #renewing: AbortController | undefined;
  /** The last writes of the background: nothing is given up under them. */
  #renewed: Promise<unknown> = Promise.resolve();

  constructor(options: LeasesOptions) {
    this.#options = { nowMs: Date.now, sleep: usualSleep, ...options };
  }

  /**
   * Takes the Lease of a namespace.
   *
   * @throws HeldLeaseError where somebody else has it; ApiError where it may not be read or written.
   */
  async acquire(namespace: string): Promise<void> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const found = await this.#read(namespace);
      const taken = await (found === undefined ? this.#create(namespace) : this.#takeOver(namespace, found));
      if (taken === 'conflict') continue;
      this.#renewing ??= this.#startRenewing();
      return;
    }
    throw new InjectorError(`namespace ${namespace}: Lease ${leaseName} changes all the time`);
  }

  /** Whether nobody else can have it: to be asked right before each write. */
  isHeld(namespace: string): boolean {
    return this.#options.nowMs() < (this.#own.get(namespace)?.validUntilMs ?? 0);
  }

  /** Gives it up. One that cannot be deleted runs out by itself. */
  async release(namespace: string): Promise<void> {
    await this.#renewed;
    const own = this.#own.get(namespace);
    this.#own.delete(namespace);
    if (this.#own.size === 0) this.#stopRenewing();
    if (own === undefined) return;
    // Only what is still ours: whoever has taken it over writes another version.
    const { uid, resourceVersion } = own.lease;
    const body = { preconditions: { uid, resourceVersion } };
    await this.#options.client
      .request({ method: 'DELETE', path: pathIn(namespace), contentType: 'application/json', body })
      .catch(onlyApiError);
  }

  async releaseAll(): Promise<void> {
    await Promise.all([...this.#own.keys()].map(namespace => this.release(namespace)));
  }

  #startRenewing(): AbortController {
    const stopping = new AbortController();
    void this.#renewAll(stopping.signal);
    return stopping;
  }

  #stopRenewing(): void {
    this.#renewing?.abort();
    this.#renewing = undefined;
  }

  async #renewAll(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#options.sleep(renewMs, signal);
      if (signal.aborted) return;
      this.#renewed = Promise.all([...this.#own.keys()].map(namespace => this.#renew(namespace)));
      await this.#renewed;
    }
  }

  async #renew(namespace: string): Promise<void> {
    try {
      const lost = await this.#writeAgain(namespace);
      if (lost !== undefined) this.#lose(namespace, lost);
    } catch (error) {
      const isOver = !this.isHeld(namespace);
      if (isOver) this.#lose(namespace, error instanceof Error ? error.message : String(error));
    }
  }

  /** Why it is no longer ours; undefined where it is. */
  async #writeAgain(namespace: string): Promise<string | undefined> {
    const own = this.#own.get(namespace);
    if (own === undefined) return undefined;
    const renewTime = microTime(this.#serverNowMs);
    if ((await this.#write(namespace, own.lease, { renewTime })) !== 'conflict') return undefined;
    // Perhaps it was our own write whose answer got lost.
    const found = await this.#read(namespace);
    if (!this.#own.has(namespace)) return undefined;
    if (found === undefined) return `Lease ${leaseName} was deleted`;
    if (found.holder !== this.#options.holder)
      return new HeldLeaseError(this.#heldBy(namespace, found)).message;
    return (await this.#write(namespace, found, { renewTime })) === 'conflict'
      ? `Lease ${leaseName} changes all the time`
      : undefined;
  }

  #lose(namespace: string, why: string): void {
    if (this.#own.delete(namespace)) this.#options.onLost(namespace, why);
  }

  async #read(namespace: string): Promise<LeaseObject | undefined> {
    const path = pathIn(namespace);
    const found = await unlessMissing(this.#options.client.request({ method: 'GET', path }));
    return found && readLease(found);
  }

  #create(namespace: string): Promise<'done' | 'conflict'> {
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: leaseName, namespace },
      spec: this.#takenSpec(0),
    };
    const path = pathIn(namespace).slice(0, -leaseName.length - 1);
    return this.#keep(namespace, { method: 'POST', path, contentType: 'application/json', body });
  }

  #takeOver(namespace: string, found: LeaseObject): Promise<'done' | 'conflict'> {
    const { holder, heldUntilMs, transitions } = found;
    const isFree = holder === '' || holder === this.#options.holder;
    if (!isFree && this.#serverNowMs < heldUntilMs + clockErrorMs)
      throw new HeldLeaseError(this.#heldBy(namespace, found));
    return this.#write(namespace, found, this.#takenSpec(transitions + 1));
  }

  /** Only over the version that was read. */
  #write(
    namespace: string,
    { resourceVersion }: LeaseObject,
    spec: JsonObject,
  ): Promise<'done' | 'conflict'> {
    return this.#keep(namespace, {
      ...{ method: 'PATCH', path: pathIn(namespace), contentType: 'application/merge-patch+json' },
      body: { metadata: { resourceVersion }, spec },
    });
  }

  /** Makes a write, and remembers what came of it. */
  async #keep(namespace: string, call: Parameters<ApiClient['request']>[0]): Promise<'done' | 'conflict'> {
    const validUntilMs = this.#options.nowMs() + durationSeconds * 1000;
    const answer = this.#options.client.request(call);
    // What is missing is the Lease, which somebody has deleted; where one is made, it is its namespace.
    const written = await unlessConflict(call.method === 'POST' ? answer : unlessMissing(answer));
    if (written === 'conflict' || written === undefined) return 'conflict';
    this.#own.set(namespace, { lease: readLease(written), validUntilMs });
    return 'done';
  }

  #takenSpec(leaseTransitions: number): JsonObject {
    const now = microTime(this.#serverNowMs);
    return {
      holderIdentity: this.#options.holder,
      leaseDurationSeconds: durationSeconds,
      acquireTime: now,
      renewTime: now,
      leaseTransitions,
    };
  }

  #heldBy(namespace: string, { holder, since, renewedMs, heldUntilMs }: LeaseObject) {
    const now = this.#serverNowMs;
    const freeInMs = Math.max(0, heldUntilMs + clockErrorMs - now);
    return { namespace, holder, since, renewedMs, silentMs: Math.max(0, now - renewedMs), freeInMs };
  }

  /** The clock that all runs share, wherever they are. */
  get #serverNowMs(): number {
    return this.#options.nowMs() - (this.#options.client.clockAheadMs ?? 0);
  }
}

const leaseName = 'sidecar-injector-upgrade';

const durationSeconds = 60;

const renewMs = 15_000;

/** The clock of the API server is known within a second, to each of two. */
const clockErrorMs = 2000;

const maxTries = 3;

function pathIn(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases/${leaseName}`;
}

/** Does not keep the program running. */
function usualSleep(milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return setTimeout(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}

function onlyApiError(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
}
