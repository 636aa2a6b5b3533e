/** Whether those whose reviews were answered had shown a certificate. */
export type CertificatesShown = 'always' | 'never' | 'sometimes' | 'unknown';

/**
 * Remembers whether clients show a certificate, by the last answered review of either kind. Only the API server has
 * reviews to be answered, unless somebody else plays its part.
 */
export class ShownCertificates {
  readonly #nowMs: () => number;
  #shownAtMs: number | undefined;
  #missingAtMs: number | undefined;

  /** @param nowMs the time in milliseconds, from any beginning. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  note(isShown: boolean): void {
    if (isShown) this.#shownAtMs = this.#nowMs();
    else this.#missingAtMs = this.#nowMs();
  }

  get state(): CertificatesShown {
    const [shown, missing] = [this.#shownAtMs, this.#missingAtMs];
    if (shown === undefined) return missing === undefined ? 'unknown' : 'never';
    if (missing === undefined || shown - missing > windowMs) return 'always';
    return missing - shown > windowMs ? 'never' : 'sometimes';
  }
}

/** What has not been seen for an hour, while the other was, is over: an API server was started with other files. */
const windowMs = 3600_000;
