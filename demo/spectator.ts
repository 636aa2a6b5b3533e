import { createInterface } from 'node:readline/promises';
import { browserOpener, openInBrowser } from './browser.ts';

export interface SpectatorOptions {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** How long the end waits for somebody. */
  readonly patienceMs?: number;
}

/** Whoever watches at a terminal, and is asked nothing where nobody does. */
export class Spectator {
  readonly #options: SpectatorOptions;

  constructor(options: SpectatorOptions) {
    this.#options = options;
  }

  get isThere(): boolean {
    const { input, output, env } = this.#options;
    return input.isTTY === true && output.isTTY === true && !env['CI'];
  }

  /** Opens a URL in the browser, where there is one and it is wanted. */
  async offer(url: string): Promise<void> {
    const opener = browserOpener(process.platform, this.#options.env);
    if (!this.isThere || opener === undefined) return;
    const answer = await this.#ask('Open it in your browser? [y/N] ', answerWithinMs);
    if (['y', 'yes'].includes(answer.trim().toLowerCase())) openInBrowser(opener, url);
  }

  /** Waits for somebody who still looks; ten minutes at most. */
  async linger(): Promise<void> {
    if (!this.isThere) return;
    const { patienceMs = tenMinutesMs } = this.#options;
    await this.#ask(
      '\nPress Enter to end it and clean up; after ten minutes it ends by itself. ',
      patienceMs,
    );
  }

  /** The line that is typed; an empty one where none is. */
  async #ask(question: string, withinMs: number): Promise<string> {
    const { input, output, signal } = this.#options;
    // The terminal edits the line, so that Ctrl-C reaches all that runs here.
    const lines = createInterface({ input, output, terminal: false });
    const ending = new AbortController();
    lines.once('close', () => ending.abort());
    try {
      const either = AbortSignal.any([signal, ending.signal, AbortSignal.timeout(withinMs)]);
      return await lines.question(question, { signal: either });
    } catch {
      output.write('\n');
      signal.throwIfAborted();
      return '';
    } finally {
      lines.close();
    }
  }
}

const tenMinutesMs = 600_000;
const answerWithinMs = 60_000;
