import { terminalEnvironment } from '../../config/terminal-environment.ts';
import { tell } from '../print.ts';
import { canRedraw, LiveView, type Terminal } from '../terminal/live-view.ts';

/** Tells on standard error how many pods have been read: on a terminal all the while, elsewhere in a line now and then. */
export interface ReadProgress {
  /** So many have been read, of so many as far as the API server says. */
  read(pods: number, all: number | undefined): void;
  stop(): void;
}

/** `isPrinting`: standard output is written to meanwhile, which on a terminal is what there is to see. */
export async function readProgress({
  isPrinting,
  terminal = terminalFor(isPrinting),
}: {
  readonly isPrinting: boolean;
  readonly terminal?: Terminal | undefined;
}): Promise<ReadProgress> {
  if (terminal === undefined) return new ProgressInLines();
  const progress = new ProgressOnTerminal();
  await progress.showOn(terminal);
  return progress;
}

function terminalFor(isPrinting: boolean): Terminal | undefined {
  const { stdout, stderr } = process;
  const isInTheWay = isPrinting && stdout.isTTY;
  return canRedraw(stderr, terminalEnvironment()) && !isInTheWay ? stderr : undefined;
}

class ProgressInLines implements ReadProgress {
  #toldMs = performance.now();

  read(pods: number, all: number | undefined): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < betweenLinesMs) return;
    this.#toldMs = nowMs;
    tell(inWords(pods, all));
  }

  stop(): void {}
}

/** Seldom enough for a log, and often enough for who waits. */
const betweenLinesMs = 10_000;

class ProgressOnTerminal implements ReadProgress {
  #line = '';
  #view: LiveView | undefined;

  async showOn(terminal: Terminal): Promise<void> {
    this.#view = await LiveView.on(terminal, () => (this.#line === '' ? [] : [this.#line]));
    this.#view.start();
  }

  read(pods: number, all: number | undefined): void {
    this.#line = inWords(pods, all);
  }

  stop(): void {
    this.#view?.stop();
  }
}

function inWords(pods: number, all: number | undefined): string {
  return `reading pods: ${pods}${all === undefined ? '' : ` of ${all}`}`;
}
