import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A server under measurement: a process of its own that prints, as JSON lines, the port that it listens on. */
export class ServerProcess {
  readonly port: number;
  /** What it has logged last; its decision, where it has taken one. */
  lastMessage = '';
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts `node` with the arguments, on one core of its own where the system can do that. */
  static async start(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ServerProcess> {
    const [command, ...rest] = [...pinned('0'), process.execPath, ...args];
    const child = spawn(command ?? '', rest, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    if (child.stdout === null) throw new Error('the server has no output');
    const lines = createInterface({ input: child.stdout });
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', code => reject(new Error(`the server ended with ${code}`)));
      lines.on('line', line => {
        const { msg, port } = JSON.parse(line) as { msg?: string; port?: number };
        if (msg === 'listening' && port !== undefined) resolve(port);
      });
    });
    const server = new ServerProcess(child, port);
    lines.on('line', line => {
      server.lastMessage = /"msg":"([^"]*)"/.exec(line)?.[1] ?? '';
    });
    return server;
  }

  /** CPU time so far, in microseconds; undefined where the system does not tell. */
  get cpuMicroseconds(): number | undefined {
    try {
      const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      // utime and stime, in ticks of ten milliseconds.
      return (Number(fields[11]) + Number(fields[12])) * 10_000;
    } catch {
      return undefined;
    }
  }

  /** Resident memory now and at its highest, in MiB; undefined where the system does not tell. */
  get memoryMiB(): { readonly now: number; readonly highest: number } | undefined {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
      return { now: of('VmRSS'), highest: of('VmHWM') };
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise(resolve => this.#child.once('exit', resolve));
    this.#child.kill('SIGINT');
    await ended;
  }
}

/** The command that runs another on one core; none where there is no taskset or only one core. */
export function pinned(core: string): readonly string[] {
  return spawnSync('taskset', ['-c', core, 'true']).status === 0 ? ['taskset', '-c', core] : [];
}
