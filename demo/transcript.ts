import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where the commands of a demonstration run. */
export interface Terminal {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends what runs, and with it the demonstration. */
  readonly signal: AbortSignal;
}

export interface Expectation {
  /** What the output must contain, in whatever order. */
  readonly shows: readonly (string | RegExp)[];
  /** Whether the command is meant to fail. */
  readonly fails?: boolean;
  /** For what is not there at once: the command is repeated until it shows it. Default: once. */
  readonly withinMs?: number;
}

/** Says what a step shows. */
export function say(text: string): void {
  process.stdout.write(`\n# ${text.replaceAll('\n', '\n# ')}\n`);
}

/**
 * Prints a command, runs it, prints its output as it is, and holds it against what it should be.
 *
 * @throws Error where the output or the exit code is another one.
 */
export async function show(terminal: Terminal, command: string, expected: Expectation): Promise<string> {
  process.stdout.write(`$ ${command}\n`);
  const deadlineMs = performance.now() + (expected.withinMs ?? 0);
  for (;;) {
    const { output, exitCode } = await execute(terminal, command);
    const problem = problemOf({ output, exitCode }, expected);
    if (problem === undefined || performance.now() >= deadlineMs) {
      process.stdout.write(output === '' || output.endsWith('\n') ? output : `${output}\n`);
      if (problem === undefined) return output;
      throw new Error(problem);
    }
    await sleep(intervalMs, undefined, { signal: terminal.signal });
  }
}

const intervalMs = 300;

interface Ended {
  readonly output: string;
  readonly exitCode: number;
}

/** Runs a command as a shell does, with what it says on both outputs in the order in which it says it. */
export function execute({ directory, env, signal }: Terminal, command: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-o', 'pipefail', '-c', `exec 2>&1\n${command}`], {
      cwd: directory,
      env,
      signal,
      timeout: timeoutMs,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', code => resolve({ output, exitCode: code ?? 1 }));
  });
}

const timeoutMs = 120_000;

function problemOf({ output, exitCode }: Ended, { shows, fails = false }: Expectation): string | undefined {
  if ((exitCode !== 0) !== fails)
    return `the command should ${fails ? 'fail' : 'work'}, exit code ${exitCode}`;
  const missing = shows.find(text =>
    typeof text === 'string' ? !output.includes(text) : !text.test(output),
  );
  return missing === undefined ? undefined : `the output should show ${missing}`;
}
