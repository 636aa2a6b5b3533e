import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * Runs a program of the tests in a process of its own, whose heap can be as small as that of a pod. Rejects where the
 * process fails, or takes longer than 110 seconds.
 */
export function runProgram(
  program: URL,
  { flags, args = [] }: { readonly flags: readonly string[]; readonly args?: readonly string[] },
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const command = ['--no-warnings', ...flags, fileURLToPath(program), ...args];
  return promisify(execFile)(process.execPath, command, { timeout: 110_000, maxBuffer: 2 ** 26 });
}
