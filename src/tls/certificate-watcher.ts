import { repeat } from '../repeat.ts';
import type { IssuedCertificate } from './issued-certificate.ts';

export interface CertificateWatcherOptions {
  /** Gets the certificate as it is now, from wherever it comes. */
  readonly load: () => Promise<IssuedCertificate>;
  /** From the end of one look to the start of the next. */
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
  #stop: (() => void) | undefined;

  constructor(first: IssuedCertificate, options: CertificateWatcherOptions) {
    this.#current = first;
    this.#options = options;
  }

  get current(): IssuedCertificate {
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
