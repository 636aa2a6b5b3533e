import { execFile } from 'node:child_process';

export interface RunOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end and gives what it printed.
 *
 * @throws Error with what it said, where it exits with anything but 0 or takes longer than `timeoutMs`, by default ten
 * minutes.
 */
export function run(
  program: string,
  args: readonly string[],
  { input, timeoutMs = 600_000, env = process.env }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, env };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr.trim() || stdout.trim() || error.message;
      reject(new Error(`${program} ${args.slice(0, shownArguments).join(' ')}: ${said}`, { cause: error }));
    });
    child.stdin?.once('error', () => undefined); // It may end without reading all of it.
    child.stdin?.end(input ?? '');
  });
}

const shownArguments = 12;
