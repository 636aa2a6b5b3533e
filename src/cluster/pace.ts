import { setTimeout as sleep } from 'node:timers/promises';

export interface PaceOptions {
  readonly requestsPerSecond: number;
  /** How many may go at once after a while without any. */
  readonly burst: number;
}

/** The passing of time. */
interface Time {
  /** A clock that only goes forward. */
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/**
 * Lets requests go one after the other, no faster than is said, in the order in which they come: the API server is shared
 * with everybody else, and admits only so many of one user before it asks to wait.
 * https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
 */
export class Pace {
  readonly #time: Time;
  readonly #intervalMs: number;
  readonly #burstMs: number;
  /** When the next request would go if none had ever waited; behind the clock by what a burst may take. */
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(
    { requestsPerSecond, burst }: PaceOptions,
    time: Time = { nowMs: () => performance.now(), sleep },
  ) {
    this.#time = time;
    this.#intervalMs = 1000 / requestsPerSecond;
    this.#burstMs = (burst - 1) * this.#intervalMs;
  }

  /** Resolves when the next request may go. */
  async turn(): Promise<void> {
    const now = this.#time.nowMs();
    const turnMs = Math.max(this.#nextMs, now - this.#burstMs);
    this.#nextMs = turnMs + this.#intervalMs;
    if (turnMs > now) await this.#time.sleep(turnMs - now);
  }

  /** Lets no request that comes from now on go before this time is over, because the API server has asked for it. */
  hold(milliseconds: number): void {
    this.#nextMs = Math.max(this.#nextMs, this.#time.nowMs() + milliseconds);
  }
}
