/** One thing that must be in order before requests are taken. */
export interface ReadinessCheck {
  readonly name: string;
  readonly isReady: boolean;
  /** What a person should know about it, also where it is ready. */
  readonly detail: string;
}

/** Gathers what the parts of the program say about themselves. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();

  report(check: ReadinessCheck): void {
    this.#checks.set(check.name, check);
  }

  get isReady(): boolean {
    return [...this.#checks.values()].every(({ isReady }) => isReady);
  }

  /** One line per check, in the form that the API server uses for its own: `[+]name detail`. */
  get lines(): readonly string[] {
    return [...this.#checks.values()].map(
      ({ name, isReady, detail }) => `[${isReady ? '+' : '-'}]${name} ${detail}`,
    );
  }
}
