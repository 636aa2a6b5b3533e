import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { Answer, Endpoint } from './webhook-client.ts';

/** The root of the project. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

const sources = join(projectRoot, 'bin', 'sidecar-injector.js');

/** Generous, because machines are slow at times; whatever takes this long is broken. */
const patience = { timeout: 20_000, interval: 25 };

export type LogLine = Readonly<Record<string, unknown>>;

/** A program that was started for a test and ends with it at the latest. */
export class TestProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(
    command: string,
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ) {
    const { cwd = projectRoot, env } = options;
    // A group of its own: npm starts others, and all of them have to end.
    this.child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.on('error', error => {
      this.stderr += error.message;
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    onTestFinished(() => this.kill());
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits for the end, output included, and tells the exit code. */
  async exitCode(): Promise<number | null> {
    await expect.poll(() => this.hasEnded && this.child.stdout?.readableEnded, patience).toBe(true);
    return this.child.exitCode;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Ends it and all that it has started. */
  kill(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of the group have ended.
    }
  }
}

/** `sidecar-injector <args>` as a user would run it, with the Node that the project brings. */
export function startProgram(args: readonly string[], env: NodeJS.ProcessEnv = {}): TestProcess {
  return new TestProcess(process.execPath, [sources, ...args], { env: { ...process.env, ...env } });
}

/** A Node.js, its flags, and the program that it runs. */
export type Program = readonly [node: string, ...args: readonly string[]];

const ownProgram: Program = [process.execPath, sources];

/** A webhook in a process of its own, with ports that are free and a log for machines. */
export class WebhookProcess extends TestProcess implements Endpoint {
  readonly authority: string;
  port = 0;
  statusPort = 0;

  private constructor(authority: string, flags: readonly string[], [command, ...args]: Program = ownProgram) {
    const own = ['--listen=127.0.0.1:0', '--status-listen=127.0.0.1:0', '--log-format=json'];
    super(command, [...args, 'serve', ...own, ...flags]);
    this.authority = authority;
  }

  /** Starts one with the files of `--tls local` in a directory, and waits until it listens. */
  static async start(certs: string, ...flags: readonly string[]): Promise<WebhookProcess> {
    return WebhookProcess.startProgram(ownProgram, certs, ...flags);
  }

  /** Starts another build of the program, or with another Node.js. */
  static async startProgram(
    program: Program,
    certs: string,
    ...flags: readonly string[]
  ): Promise<WebhookProcess> {
    const authority = readFileSync(join(certs, 'ca.crt'), 'utf8');
    return WebhookProcess.#listening(new WebhookProcess(authority, ['--certs', certs, ...flags], program));
  }

  /** Starts one with `--tls files`, and waits until it listens. */
  static async startWithFiles(
    authority: string,
    directory: string,
    ...flags: readonly string[]
  ): Promise<WebhookProcess> {
    const files = ['tls.crt', 'tls.key'].map(name => join(directory, name));
    const tls = ['--tls=files', `--tls-cert-file=${files[0]}`, `--tls-key-file=${files[1]}`];
    return WebhookProcess.#listening(new WebhookProcess(authority, [...tls, ...flags]));
  }

  static async #listening(webhook: WebhookProcess): Promise<WebhookProcess> {
    const line = await webhook.logged({ msg: 'listening' });
    webhook.port = Number(line['port']);
    webhook.statusPort = Number(line['statusPort']);
    return webhook;
  }

  /** The log so far, without a line that is not yet complete. */
  get log(): readonly LogLine[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line));
  }

  /** Waits for a line with these fields, after the first `from` lines. */
  async logged(fields: LogLine, from = 0, timeout = patience.timeout): Promise<LogLine> {
    const find = () =>
      this.log.slice(from).find(line => Object.entries(fields).every(([key, value]) => line[key] === value));
    await expect
      .poll(() => find() ?? this.ending(), {
        ...patience,
        timeout,
        message: `a log line with ${JSON.stringify(fields)}`,
      })
      .toMatchObject(fields);
    return find() ?? {};
  }

  private ending(): string {
    return this.hasEnded ? `the process has ended: ${this.stderr}` : 'no such line yet';
  }

  /** Asks the server of health and metrics. */
  async status(path: string): Promise<Pick<Answer, 'status' | 'text'>> {
    const response = await fetch(`http://127.0.0.1:${this.statusPort}${path}`);
    return { status: response.status, text: await response.text() };
  }
}
