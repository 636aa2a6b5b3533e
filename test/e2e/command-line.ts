import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { cleanEnvironment, program, projectDirectory } from './installation.ts';

export interface ProgramOutput {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as a person would, with a text or an object piped into it. */
export async function runCommandLine(
  args: readonly string[],
  input: string | object,
): Promise<ProgramOutput> {
  const child = spawn(process.execPath, [program, ...args], { cwd: projectDirectory, env: cleanEnvironment });
  child.stdin.end(typeof input === 'string' ? input : JSON.stringify(input));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, stdout, stderr };
}
