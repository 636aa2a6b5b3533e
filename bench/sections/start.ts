import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endWithUs } from '../processes.ts';
import { bundle, printTable, root, type Setting, serveArguments } from '../setting.ts';
import { median, round } from '../statistics.ts';
import type { Row, Rows } from '../table.ts';

/** From the start of the process to the first answer of /readyz, with the certificates there already. */
export async function measureStart(setting: Setting): Promise<Rows> {
  const { files, isQuick, machine } = setting;
  const programs = { sources: join(root, 'bin/sidecar-injector.js'), bundle };
  const rows: Record<string, Row> = {};
  for (const [name, program] of Object.entries(programs)) {
    const times: number[] = [];
    for (let turn = 0; turn < (isQuick ? 2 : 5); turn++)
      times.push(await machine.round(`the start of the ${name}`, () => timeToReady(program, files)));
    rows[name] = { median: round(median(times)), slowest: round(Math.max(...times)) };
  }
  printTable('ready after, in milliseconds', rows, setting);
  return rows;
}

async function timeToReady(program: string, files: readonly string[]): Promise<number> {
  const statusPort = 20_000 + (process.pid % 10_000);
  const args = serveArguments(files, { program, statusListen: `127.0.0.1:${statusPort}` });
  const startedMs = performance.now();
  const child = endWithUs(spawn(process.execPath, args, { stdio: 'ignore' }));
  const ended = once(child, 'exit');
  try {
    await untilReady(`http://127.0.0.1:${statusPort}/readyz`, startedMs + 20_000);
    return performance.now() - startedMs;
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}

async function untilReady(url: string, deadlineMs: number): Promise<void> {
  for (;;) {
    const isReady = await fetch(url).then(
      response => response.ok,
      () => false,
    );
    if (isReady) return;
    if (performance.now() > deadlineMs) throw new Error(`${url} did not become ready`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** From the start of the process to the first byte that a person sees, with what was compiled kept, as the package has it. */
export async function measureFirstOutput(setting: Setting): Promise<Rows> {
  const { directory, isQuick, machine } = setting;
  const commands = {
    nothing: ['--print', '1'],
    '--help': [bundle, '--help'],
    render: [bundle, 'render', join(root, 'sidecars/git-sync.yaml')],
    inject: [bundle, 'inject', '-f', join(root, 'docs/examples/pod.yaml')],
  };
  const rows: Record<string, Row> = {};
  for (const [name, args] of Object.entries(commands)) {
    const first = () => timeToOutput(args, join(directory, 'compiled'));
    // The first one has nothing that it could use.
    await first();
    const times: number[] = [];
    for (let turn = 0; turn < (isQuick ? 3 : 10); turn++)
      times.push(await machine.round(`the first output of ${name}`, first));
    rows[name] = { median: round(median(times)), slowest: round(Math.max(...times)) };
  }
  printTable('first output of a command, in milliseconds', rows, setting);
  return rows;
}

async function timeToOutput(args: readonly string[], compiled: string): Promise<number> {
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
  const startedMs = performance.now();
  const child = endWithUs(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'], env }));
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  const elapsedMs = performance.now() - startedMs;
  await ended;
  return elapsedMs;
}
