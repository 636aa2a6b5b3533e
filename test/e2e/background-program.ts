import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface BackgroundProgramOptions {
  /** What messages call it. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where it is started again when it ends by itself, as the kubelet does with the programs of a control plane. */
  readonly restart?: { readonly afterMs: number; readonly pidFile: string } | undefined;
}

/** A program that runs beside the tests and writes its output to a file. */
export class BackgroundProgram {
  readonly #options: BackgroundProgramOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<string> = Promise.resolve('was not started');
  #end: string | undefined;
  #isStopped = false;

  constructor(options: BackgroundProgramOptions) {
    this.#options = options;
  }

  start(): void {
    const { file, args, logFile, env, restart } = this.#options;
    const log = openSync(logFile, 'a');
    const child = spawn(file, args, { stdio: ['ignore', log, log], env });
    closeSync(log);
    this.#child = child;
    this.#ended = new Promise(resolve => {
      child.once('error', ({ message }) => resolve(`could not be started: ${message}`));
      child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
    });
    if (restart) writeFileSync(restart.pidFile, String(child.pid));
    void this.#ended.then(end => {
      if (restart && !this.#isStopped) setTimeout(() => this.#isStopped || this.start(), restart.afterMs);
      else this.#end = end;
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get log(): string {
    return readFileSync(this.#options.logFile, 'utf8');
  }

  /**
   * Asks again and again until the answer is there.
   *
   * @throws Error with the end of the log, where the program ends first or the time is over.
   */
  async waitFor<T>(what: string, look: () => Promise<T | undefined>, timeoutMs: number): Promise<T> {
    const deadlineMs = performance.now() + timeoutMs;
    while (this.#end === undefined) {
      const found = await look().catch(() => undefined);
      if (found !== undefined) return found;
      if (performance.now() > deadlineMs) throw this.#failure(`no ${what} after ${timeoutMs / 1000} s`);
      await sleep(50);
    }
    throw this.#failure(`${this.#end} before ${what}`);
  }

  /** Ends it, by force after five seconds; says how it ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<string> {
    this.#isStopped = true;
    this.#child?.kill(signal);
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), killAfterMs);
    const end = await this.#ended;
    clearTimeout(timer);
    return end;
  }

  #failure(problem: string): Error {
    const tail = this.log.trimEnd().split('\n').slice(-tailLines).join('\n');
    return new Error(`${this.#options.name}: ${problem}; the end of its log:\n${tail}`);
  }
}

const killAfterMs = 5000;
const tailLines = 30;
