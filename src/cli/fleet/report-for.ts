import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { terminalEnvironment } from '../../config/terminal-environment.ts';
import type { FleetEvent } from '../../fleet/fleet-event.ts';
import { exitCodes } from '../command.ts';
import { print, tell } from '../print.ts';
import { canRedraw, LiveView, type Terminal } from '../terminal/live-view.ts';
import { eventJson } from './event-json.ts';
import { eventLines } from './event-lines.ts';
import { LinesToKeep } from './lines-to-keep.ts';
import { runFrame } from './run-frame.ts';
import { RunProgress } from './run-progress.ts';
import { runSummary } from './run-summary.ts';
import { type RunKind, runWords } from './run-words.ts';

export interface ReportSettings {
  readonly kind: RunKind;
  readonly context: string;
  readonly output: 'text' | 'json';
}

/** What tells a run over a fleet, to a person or a program. */
export interface RunReport {
  tell(event: FleetEvent): void;
  /**
   * Takes the view away and tells what became of the pods; returns the exit code of the run.
   */
  end(): number;
  /** Takes the view away where the run has failed as a whole: its error says the rest. */
  breakOff(): void;
}

/**
 * Tells the events of a run: on a terminal by a view that is drawn anew, elsewhere by a line for each, or by lines of JSON.
 * Where only standard error is a terminal, the view is there and the lines go where standard output goes.
 */
export async function reportFor(
  settings: ReportSettings,
  terminal: Terminal | undefined = terminalFor(settings.output),
): Promise<RunReport> {
  const report = new Report(settings);
  if (terminal !== undefined) await report.showOn(terminal);
  return report;
}

/** Lines of JSON on a terminal are what somebody wants to see there. */
function terminalFor(output: ReportSettings['output']): Terminal | undefined {
  const { stdout, stderr } = process;
  const environment = terminalEnvironment();
  if (canRedraw(stdout, environment)) return output === 'json' ? undefined : stdout;
  return canRedraw(stderr, environment) ? stderr : undefined;
}

class Report implements RunReport {
  readonly #settings: ReportSettings;
  readonly #progress = new RunProgress(performance.now());
  readonly #toKeep = new LinesToKeep();
  #view: LiveView | undefined;
  #hasLines = true;
  #hasEnded = false;
  #exitCode: number | undefined;

  constructor(settings: ReportSettings) {
    this.#settings = settings;
  }

  async showOn(terminal: Terminal): Promise<void> {
    const { context } = this.#settings;
    this.#hasLines = terminal !== process.stdout;
    this.#view = await LiveView.on(terminal, size =>
      runFrame(this.#progress, {
        ...{ words: this.#words, context, size, nowMs: performance.now() },
        paint: (style, text) => styleText(style, text, { stream: terminal as WriteStream }),
      }),
    );
    this.#view.start();
  }

  tell(event: FleetEvent): void {
    this.#progress.take(event, performance.now());
    this.#hasEnded ||= event.event === 'ended';
    const { context, output } = this.#settings;
    const lines = eventLines(event, { words: this.#words, waves: this.#progress.waves.length });
    if (output === 'json') {
      void print(`${eventJson(event, { at: new Date(), context, counts: this.#progress.counts })}\n`);
    } else if (this.#hasLines && lines.length > 0) void print(lines.map(line => `${line}\n`).join(''));
    for (const line of this.#toKeep.of(event, lines)) this.#view?.keep(line);
  }

  end(): number {
    if (this.#exitCode !== undefined) return this.#exitCode;
    // Where nothing was to be done, and where it could not be done: who reads JSON gets the counts.
    if (!this.#hasEnded) this.tell({ event: 'ended' });
    const { counts, hasFailed, hasLeftovers } = this.#progress;
    this.#view?.stop();
    tell(runSummary(counts, this.#words));
    const unlessFailed = hasLeftovers ? exitCodes.findings : exitCodes.ok;
    this.#exitCode = hasFailed ? exitCodes.failure : unlessFailed;
    return this.#exitCode;
  }

  breakOff(): void {
    this.#view?.stop();
  }

  get #words() {
    return runWords[this.#settings.kind];
  }
}
