import { setTimeout as sleep } from 'node:timers/promises';

/** Listens for the signals that end the program: the first begins an orderly end, the second hurries it. */
export class StopSignals {
  readonly first: Promise<NodeJS.Signals>;
  readonly second: Promise<void>;
  /** Resolves with the first one if it comes before `endStart`: nothing has begun yet that takes an orderly end. */
  readonly duringStart: Promise<NodeJS.Signals>;
  #isStarting = true;
  #count = 0;

  constructor() {
    const first = Promise.withResolvers<NodeJS.Signals>();
    const second = Promise.withResolvers<void>();
    const duringStart = Promise.withResolvers<NodeJS.Signals>();
    this.duringStart = duringStart.promise;
    this.first = first.promise;
    this.second = second.promise;
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.on(name, () => {
        this.#count++;
        if (this.#isStarting) duringStart.resolve(name);
        if (this.#count === 1) first.resolve(name);
        else second.resolve();
      });
    }
  }

  /** From now on there is something to be ended in order. */
  endStart(): void {
    this.#isStarting = false;
  }

  get isStopping(): boolean {
    return this.#count > 0;
  }

  /** Resolves with the second signal, or after a time. */
  async secondOrAfter(milliseconds: number): Promise<void> {
    await Promise.race([this.second, sleep(milliseconds)]);
  }
}
