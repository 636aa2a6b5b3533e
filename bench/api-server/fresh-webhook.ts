import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicrosecondsOf } from '../processes.ts';
import type { Setting } from '../setting.ts';
import { percentile, round } from '../statistics.ts';
import type { Row, Rows } from '../table.ts';
import type { BenchCluster } from './bench-cluster.ts';

const perSecond = 70;
const idleSeconds = 3;

/** What the first pods cost a webhook that has just started, and the later ones, at the rate of a busy cluster. */
export async function measureFreshWebhook(cluster: BenchCluster, setting: Setting): Promise<Rows> {
  const parts = { 'pods 1 to 10': 10, 'pods 11 to 100': 90, 'later pods': setting.isQuick ? 110 : 2000 };
  return setting.machine.round('a fresh webhook', async () => {
    await cluster.restartWebhook();
    const pid = cluster.webhookPidOf('ours');
    const idle = await cpuOf(pid, () => sleep(idleSeconds * 1000));
    const rows: Record<string, Row> = {};
    for (const [name, count] of Object.entries(parts)) rows[name] = await measurePart(cluster, count);
    rows['doing nothing, for each pod’s time'] = {
      'webhook µs CPU': round(idle.cpu / idleSeconds / perSecond),
    };
    return rows;
  });
}

async function measurePart(cluster: BenchCluster, count: number): Promise<Row> {
  const request = cluster.request('ours', { isDryRun: false });
  const create = () => cluster.pods.createAtRate(request, { count, perSecond });
  const { cpu, result } = await cpuOf(cluster.webhookPidOf('ours'), create);
  await cluster.pods.deleteAll(request.namespace);
  return {
    pods: count,
    'pods/s': round(result.perSecond),
    'webhook µs CPU': round(cpu / count),
    'p50 ms': round(percentile(result.latenciesMs, 50)),
    'p90 ms': round(percentile(result.latenciesMs, 90)),
    'slowest ms': round(percentile(result.latenciesMs, 100)),
  };
}

async function cpuOf<T>(pid: number | undefined, work: () => Promise<T>) {
  const before = cpuMicrosecondsOf(pid);
  const result = await work();
  return { result, cpu: cpuMicrosecondsOf(pid) - before };
}
