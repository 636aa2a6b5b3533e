import { spawn } from 'node:child_process';
import { childEnvironment } from '../../config/child-environment.ts';
import type { RunCounts, Verification } from '../../fleet/after-wave.ts';

/**
 * Runs a command of the user in a shell, with the counts of the run in its environment. What it says is kept, to be told
 * where it fails; one that takes too long is ended.
 */
export function verificationBy(command: string, timeoutMs: number): Verification {
  return { command, run: counts => runInShell(command, counts, timeoutMs) };
}

async function runInShell(command: string, counts: RunCounts, timeoutMs: number) {
  const child = spawn('/bin/sh', ['-c', command], {
    env: childEnvironment(environmentOf(counts)),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said: Buffer[] = [];
  let bytes = 0;
  const keep = (chunk: Buffer) => {
    if (bytes < maxOutputBytes) said.push(chunk);
    bytes += chunk.length;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    endGroup(child.pid);
  }, timeoutMs);
  const exitCode = await new Promise<number>(resolve => {
    child.once('error', () => resolve(cannotRun));
    child.once('close', code => resolve(code ?? wasEnded));
  });
  clearTimeout(timer);
  const text = Buffer.concat(said).toString('utf8', 0, maxOutputBytes);
  const late = isLate ? `it was ended after ${timeoutMs / 1000} s\n` : '';
  return { exitCode, output: `${late}${text}` };
}

function environmentOf({ wave, waves, moved, waiting, left }: RunCounts): Record<string, string> {
  return {
    SIDECAR_WAVE: String(wave),
    SIDECAR_WAVES: String(waves),
    SIDECAR_MOVED: String(moved),
    SIDECAR_WAITING: String(waiting),
    SIDECAR_LEFT: String(left),
  };
}

/** A shell and all that it has started. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

const maxOutputBytes = 16 * 1024;

/** As shells say it. */
const cannotRun = 126;
const wasEnded = 137;
