import { BenchCluster } from '../api-server/bench-cluster.ts';
import { measureCreations } from '../api-server/creations.ts';
import { measureFreshWebhook } from '../api-server/fresh-webhook.ts';
import { printTable, type Setting } from '../setting.ts';
import type { Row, Rows } from '../table.ts';

/** What a user feels: pods created through a real API server, in turns with and without webhooks. */
export async function measureApiServer(setting: Setting): Promise<Rows> {
  const cluster = await BenchCluster.start(setting);
  try {
    const fresh = await measureFreshWebhook(cluster, setting);
    printTable('a webhook that has just started, 70 pods a second', fresh, setting);
    const rows: Record<string, Row> = {};
    for (const isDryRun of [true, false])
      for (const atOnce of [1, 8, 32])
        Object.assign(rows, await measureCreations(cluster, { isDryRun, atOnce }, setting));
    printTable('pods created through the API server: median (quartiles) of the rounds', rows, setting);
    return { ...fresh, ...rows };
  } finally {
    await cluster.stop();
  }
}
