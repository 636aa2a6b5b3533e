import { join } from 'node:path';
import { commandRow, newerDefinitions } from '../fleet/command-row.ts';
import { startPodPages } from '../fleet/pod-pages.ts';
import { runCommand } from '../fleet/run-command.ts';
import { printTable, root, type Setting } from '../setting.ts';
import type { Row, Rows } from '../table.ts';

/** What commands take that read so many pods, from a server that has nothing else to do than to list them. */
export async function measurePodLists(setting: Setting): Promise<Rows> {
  const rows: Record<string, Row> = {};
  const commands = {
    status: ['status', '--sidecars', join(root, 'sidecars')],
    'upgrade --dry-run': ['upgrade', '--dry-run', '--sidecars', newerDefinitions(setting)],
  };
  for (const pods of [setting.fleetPods, 10 * setting.fleetPods]) {
    const { kubeconfig, stop } = await startPodPages(setting, pods);
    try {
      for (const [name, args] of Object.entries(commands)) {
        const title = `${name}, ${pods} pods`;
        const run = await setting.machine.once(title, () => runCommand(kubeconfig, ...args, '-A'));
        if (run.exitCode !== 0) throw new Error(`${name} ended with ${run.exitCode}: ${run.why}`);
        rows[title] = commandRow(run, pods);
      }
    } finally {
      stop();
    }
  }
  printTable('commands that read many pods', rows, setting);
  return rows;
}
