import type { Clock } from '../../../../src/tls/managed/managed-certificate-options.ts';

interface Sleeper {
  readonly wakeMs: number;
  readonly wake: () => void;
}

/** Time that passes only when everybody sleeps, so that years take seconds. */
export class VirtualClock {
  #nowMs = Date.UTC(2027, 0, 1);
  readonly #sleepers = new Set<Sleeper>();

  get nowMs(): number {
    return this.#nowMs;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const sleeper: Sleeper = {
        wakeMs: this.#nowMs + milliseconds,
        wake: () => {
          this.#sleepers.delete(sleeper);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      if (signal?.aborted) sleeper.wake();
      signal?.addEventListener('abort', () => sleeper.wake(), { once: true });
    });
  }

  /** The clock of a machine that is ahead, or behind. */
  skewedBy(milliseconds: number): Clock {
    return {
      now: () => new Date(this.#nowMs + milliseconds),
      sleep: (duration, signal) => this.sleep(duration, signal),
    };
  }

  /** Lets a time pass; after each thing that happens it looks. */
  async pass(milliseconds: number, look: () => void = () => undefined): Promise<void> {
    const endMs = this.#nowMs + milliseconds;
    for (;;) {
      await settled();
      look();
      const next = [...this.#sleepers].reduce<Sleeper | undefined>(
        (first, other) => (first === undefined || other.wakeMs < first.wakeMs ? other : first),
        undefined,
      );
      if (next === undefined || next.wakeMs > endMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.wakeMs);
      next.wake();
    }
    this.#nowMs = endMs;
  }
}

/** Waits until nobody goes on without time passing. */
async function settled(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
}
