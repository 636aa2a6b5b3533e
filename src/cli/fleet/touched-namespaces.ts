import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../cluster/api-client.ts';
import { isRefused } from '../../cluster/api-error.ts';
import { HeldLeaseError } from '../../cluster/fleet/held-lease-error.ts';
import { Leases } from '../../cluster/fleet/leases.ts';
import { tell } from '../print.ts';

/** The namespaces in which a run has changed pods: it holds a Lease in each, so that no other one works there. */
export class TouchedNamespaces {
  readonly #leases: Leases;
  /** Why a namespace must not be touched, by its name; undefined where it may. */
  readonly #entered = new Map<string, Promise<string | undefined>>();
  readonly #leaving = new Set<Promise<void>>();
  #isForbidden = false;

  constructor(client: ApiClient, onLost: (namespace: string, why: string) => void) {
    const holder = `${userInfo().username}@${hostname()}/${process.pid}-${randomUUID().slice(0, 8)}`;
    this.#leases = new Leases({ client, holder, onLost });
  }

  /** Why no pod may be changed in a namespace now; undefined where it may. */
  async whyNotIn(namespace: string): Promise<string | undefined> {
    const entered = this.#entered.get(namespace) ?? this.#enter(namespace);
    this.#entered.set(namespace, entered);
    const why = await entered;
    if (why !== undefined || this.#isForbidden || this.#leases.isHeld(namespace)) return why;
    return `the Lease in namespace ${namespace} could not be renewed in time`;
  }

  /** Lets others in: a Lease that is kept is renewed all the time. */
  leave(namespace: string): void {
    this.#entered.delete(namespace);
    const leaving = this.#leases.release(namespace).catch(() => undefined);
    this.#leaving.add(leaving);
    void leaving.then(() => this.#leaving.delete(leaving));
  }

  /** Lets others in everywhere. */
  async leaveAll(): Promise<void> {
    await Promise.all([...this.#leaving, this.#leases.releaseAll()]);
  }

  /** Whoever was killed is silent until its Lease runs out; whoever is at work renews it meanwhile. */
  async #enter(namespace: string): Promise<string | undefined> {
    let heardMs: number | undefined;
    for (;;) {
      const held = await this.#tryToEnter(namespace);
      if (held === undefined) return undefined;
      const { renewedMs, freeInMs } = held.lease;
      if (heardMs !== undefined && renewedMs !== heardMs) return held.message;
      if (heardMs === undefined) tell(`waiting: ${held.message}`);
      heardMs = renewedMs;
      await sleep(Math.min(freeInMs, pollMs) + 1);
    }
  }

  /** The error of whoever holds it. */
  async #tryToEnter(namespace: string): Promise<HeldLeaseError | undefined> {
    try {
      if (!this.#isForbidden) await this.#leases.acquire(namespace);
    } catch (error) {
      if (error instanceof HeldLeaseError) return error;
      if (!isRefused(error)) throw error;
      if (!this.#isForbidden && error.status === 403)
        tell(`Leases may not be written, so another run is not noticed: ${error.message}`);
      this.#isForbidden = true;
    }
    return undefined;
  }
}

const pollMs = 3000;
