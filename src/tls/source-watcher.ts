import { repeat } from '../repeat.ts';

export interface SourceWatcherOptions<T> {
  /** Gets it as it is now, from wherever it comes. */
  readonly load: () => Promise<T>;
  readonly isSame: (one: T, other: T) => boolean;
  /** From the end of one look to the start of the next. */
  readonly intervalMs: number;
  readonly onChange: (changed: T) => void;
  /** Called once for each kind of trouble; what was good last stays in use. */
  readonly onProblem: (problem: string) => void;
}

/** Hands out what others renew, such as a certificate, and notices when there is another one. */
export class SourceWatcher<T> {
  readonly #options: SourceWatcherOptions<T>;
  #current: T;
  #problem = '';
  #stop: (() => void) | undefined;

  constructor(first: T, options: SourceWatcherOptions<T>) {
    this.#current = first;
    this.#options = options;
  }

  get current(): T {
    return this.#current;
  }

  /** Keeps looking until stopped. */
  start(): void {
    this.#stop = repeat(() => this.refresh(), this.#options.intervalMs);
  }

  stop(): void {
    this.#stop?.();
  }

  /** Looks once. */
  async refresh(): Promise<void> {
    const { load, isSame, onChange, onProblem } = this.#options;
    try {
      const found = await load();
      this.#problem = '';
      if (isSame(found, this.#current)) return;
      this.#current = found;
      onChange(found);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== this.#problem) onProblem(problem);
      this.#problem = problem;
    }
  }
}
