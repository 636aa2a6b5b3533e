import { spawn } from 'node:child_process';
import { cleanEnvironment } from '../../test/e2e/installation.ts';
import { cpuMicrosecondsOf, endWithUs, memoryMiBOf } from '../processes.ts';
import { bundle, root } from '../setting.ts';

export interface CommandRun {
  readonly exitCode: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Resident, at its highest. */
  readonly memoryMiB: number;
  /** What of its output tells why it failed, where it did: the first words of a failure, and the end of all. */
  readonly why: string;
}

/** Runs the program as a person does and looks at it while it runs. Nothing of its output is kept but the end. */
export async function runCommand(kubeconfig: string, ...args: readonly string[]): Promise<CommandRun> {
  const startedMs = performance.now();
  const child = endWithUs(
    spawn(process.execPath, [bundle, ...args], {
      cwd: root,
      env: { ...cleanEnvironment, KUBECONFIG: kubeconfig },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let [firstFailure, lastOutput] = ['', ''];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      const text = `${lastOutput}${chunk}`;
      const failure = text.indexOf('"failed","problem"');
      if (firstFailure === '' && failure >= 0) firstFailure = text.slice(failure).slice(0, keptCharacters);
      lastOutput = text.slice(-keptCharacters);
    });
  let [cpuMicroseconds, memoryMiB] = [0, 0];
  const timer = setInterval(() => {
    cpuMicroseconds = cpuMicrosecondsOf(child.pid) || cpuMicroseconds;
    // A process that has just ended has none.
    memoryMiB = Math.max(memoryMiB, memoryMiBOf(child.pid)?.highest || 0);
  }, intervalMs);
  const exitCode = await new Promise<number>(resolve => child.once('close', code => resolve(code ?? -1)));
  clearInterval(timer);
  const seconds = (performance.now() - startedMs) / 1000;
  const why = `${firstFailure}\n…\n${lastOutput}`;
  return { exitCode, seconds, cpuSeconds: cpuMicroseconds / 1e6, memoryMiB, why };
}

const intervalMs = 20;
const keptCharacters = 2000;
