import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LongestTurn, LoopResult } from '../loop-process.ts';
import { endWithUs, pinned } from '../processes.ts';
import { printTable, root, type Setting } from '../setting.ts';
import { median, round } from '../statistics.ts';
import type { Row, Rows } from '../table.ts';

/** The longest block of the event loop while definitions of git-sync's size are read anew, and what looking costs. */
export async function measureLoop(setting: Setting): Promise<Rows> {
  const rows: Record<string, Row> = {};
  for (const definitions of [4, 200]) {
    const { nothing, one, all, idlePercent } = await setting.machine.round(
      `the reading of ${definitions} definitions`,
      () => runLoop(definitions, setting),
    );
    const changes = { 'nothing changed': nothing, 'one changed': one, 'all changed': all };
    for (const [name, turns] of Object.entries(changes))
      rows[`${definitions} definitions, ${name}`] = rowOf(turns);
    rows[`${definitions} definitions, looking`] = { '% of a core': round(idlePercent) };
  }
  printTable('longest turn of the event loop, and what looking for changes costs', rows, setting);
  return rows;
}

function rowOf(turns: readonly LongestTurn[]): Row {
  const cpuMs = turns.map(turn => turn.cpuMs);
  return {
    'CPU ms, median': round(median(cpuMs)),
    'CPU ms, longest': round(Math.max(...cpuMs)),
    'ms, longest': round(Math.max(...turns.map(turn => turn.elapsedMs))),
  };
}

async function runLoop(definitions: number, { isQuick }: Setting): Promise<LoopResult> {
  const [changes, idleSeconds] = isQuick ? [1, 1] : [15, 20];
  const program = join(root, 'bench/loop-process.ts');
  const [command = '', ...args] = [
    ...pinned('0'),
    process.execPath,
    program,
    definitions,
    changes,
    idleSeconds,
  ];
  const run = promisify(execFile)(String(command), args.map(String), { timeout: 600_000 });
  endWithUs(run.child);
  const { stdout } = await run;
  return JSON.parse(stdout);
}
