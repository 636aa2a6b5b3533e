import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/sidecar-injector.js', import.meta.url));

/** Runs the program as a person would; `input` is what is piped into it. */
export function runCommandLine(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    ...{ input, encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 26 },
  });
  return { exitCode: status, stdout, stderr };
}

/** What `inject` makes of a manifest. */
export function injected(manifest: string, ...options: readonly string[]): string {
  return runCommandLine(['inject', '-f', '-', ...options], manifest).stdout;
}
