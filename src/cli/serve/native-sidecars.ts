import { hasNativeSidecars, type ServerVersion } from '../../cluster/server-version.ts';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../observability/logger.ts';
import type { Clock } from '../../tls/managed/managed-certificate-options.ts';

export interface NativeSidecarsOptions {
  readonly setting: Config['nativeSidecars'];
  /** Asks the API server; undefined where there is none to ask. */
  readonly ask: (() => Promise<ServerVersion>) | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when the answer is another one. */
  readonly onChange: () => void;
}

/** Knows whether the API server keeps native sidecars: by setting, or by asking it now and then. */
export class NativeSidecars {
  readonly #options: NativeSidecarsOptions;
  readonly #stopping = new AbortController();
  #areAvailable: boolean;
  #hasComplained = false;

  constructor(options: NativeSidecarsOptions) {
    this.#options = options;
    this.#areAvailable = options.setting !== 'never';
  }

  /** True as long as nobody says otherwise: nearly every server has them. */
  get areAvailable(): boolean {
    return this.#areAvailable;
  }

  /** Asks a first time, and then goes on asking until stopped: a cluster can be upgraded, and set back. */
  async start(): Promise<void> {
    const { setting, ask } = this.#options;
    if (setting !== 'auto' || ask === undefined) return;
    void this.#goOn(await this.#refresh(ask), ask);
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #goOn(isAnswered: boolean, ask: () => Promise<ServerVersion>): Promise<void> {
    let isLastAnswered = isAnswered;
    while (!this.#stopping.signal.aborted) {
      await this.#options.clock.sleep(isLastAnswered ? refreshMs : retryMs, this.#stopping.signal);
      if (!this.#stopping.signal.aborted) isLastAnswered = await this.#refresh(ask);
    }
  }

  /** Whether there was an answer. */
  async #refresh(ask: () => Promise<ServerVersion>): Promise<boolean> {
    const { log, onChange } = this.#options;
    try {
      const version = await ask();
      const areAvailable = hasNativeSidecars(version);
      if (areAvailable === this.#areAvailable) return true;
      this.#areAvailable = areAvailable;
      log.info({ server: version.text, native: areAvailable }, 'native sidecars');
      onChange();
      return true;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (!this.#hasComplained) {
        log.warn({ problem, native: this.#areAvailable }, 'version of the API server unknown');
      }
      this.#hasComplained = true;
      return false;
    }
  }
}

const refreshMs = 3600_000;
const retryMs = 60_000;
