import type { IssuedCertificate } from './issued-certificate.ts';

export interface CertificateWatcherOptions {
  /** Gets the certificate as it is now, from wherever it comes. */
  readonly load: () => Promise<IssuedCertificate>;
  readonly intervalMs: number;
  readonly onRenewal: (certificate: IssuedCertificate) => void;
  /** Called once for each kind of trouble; the last good certificate stays in use. */
  readonly onProblem: (problem: string) => void;
}

/** Hands out a certificate and notices when there is another one. */
export class CertificateWatcher {
  readonly #options: CertificateWatcherOptions;
  #current: IssuedCertificate;
  #problem = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(first: IssuedCertificate, options: CertificateWatcherOptions) {
    this.#current = first;
    this.#options = options;
  }

  get current(): IssuedCertificate {
    return this.#current;
  }

  /** Keeps looking until stopped. */
  start(): void {
    this.#timer = setInterval(() => void this.refresh(), this.#options.intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Looks once. */
  async refresh(): Promise<void> {
    const { load, onRenewal, onProblem } = this.#options;
    try {
      const certificate = await load();
      this.#problem = '';
      if (certificate.cert === this.#current.cert && certificate.key === this.#current.key) return;
      this.#current = certificate;
      onRenewal(certificate);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== this.#problem) onProblem(problem);
      this.#problem = problem;
    }
  }
}
