import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { cpuMicrosecondsOf, endWithUs, memoryMiBOf, pinned } from './processes.ts';

export interface ServerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly onAnyCore?: boolean;
}

/** A server under measurement: a process of its own that prints, as JSON lines, the port that it listens on. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  #lastOutput = '';

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts `node` with the arguments, on one core of its own where the system can do that and nothing else is said. */
  static async start(args: readonly string[], options: ServerOptions = {}): Promise<ServerProcess> {
    const { environment = {}, onAnyCore = false } = options;
    const [command = '', ...rest] = [...(onAnyCore ? [] : pinned('0')), process.execPath, ...args];
    const env = { ...process.env, ...environment };
    const child = endWithUs(spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'], env }));
    const lines = createInterface(child.stdout);
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', code => reject(new Error(`the server ended with ${code}`)));
      lines.on('line', line => {
        const { msg, port } = JSON.parse(line) as { msg?: string; port?: number };
        if (msg === 'listening' && port !== undefined) resolve(port);
      });
    });
    const server = new ServerProcess(child, port);
    lines.close();
    // Looked at when somebody asks: the process that reads it also makes the load.
    child.stdout.on('data', chunk => {
      server.#lastOutput = `${server.#lastOutput.slice(-maxLineLength)}${chunk}`;
    });
    child.stdout.resume();
    return server;
  }

  /** What it has logged last; its decision, where it has taken one. */
  get lastMessage(): string {
    return [...this.#lastOutput.matchAll(/"msg":"([^"]*)"/g)].at(-1)?.[1] ?? '';
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** CPU time so far, in microseconds; not a number where the system does not tell. */
  get cpuMicroseconds(): number {
    return cpuMicrosecondsOf(this.#child.pid);
  }

  /** Resident memory now and at its highest, in MiB; undefined where the system does not tell. */
  get memoryMiB(): { readonly now: number; readonly highest: number } | undefined {
    return memoryMiBOf(this.#child.pid);
  }

  async stop(): Promise<void> {
    const ended = new Promise(resolve => this.#child.once('exit', resolve));
    this.#child.kill('SIGINT');
    await ended;
  }
}

/** Of a line of the log, in characters; longer than any. */
const maxLineLength = 4096;
