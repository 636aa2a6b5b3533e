import { Bench } from 'tinybench';
import { inject } from '../../src/injection/inject.ts';
import { readPod } from '../../src/kubernetes/pod.ts';
import { recordedPod } from '../recorded-reviews.ts';
import { policy, printTable, type Setting, sidecars } from '../setting.ts';
import { round } from '../statistics.ts';
import { podOf } from '../synthetic-reviews.ts';
import type { Rows } from '../table.ts';

/** Pod in, patch out, in this process, without the memory of plans; microseconds. */
export async function measureEngine(setting: Setting): Promise<Rows> {
  const pods = {
    'Deployment: 1 container': recordedPod('Deployment', 1),
    'Deployment: 3 containers': recordedPod('Deployment', 3),
    'made up: 15 containers': podOf({ containers: 15 }),
    'padding of 300 KiB': podOf({ containers: 3, paddingKiB: 300 }),
    'padding of 1.5 MiB': podOf({ containers: 3, paddingKiB: 1536 }),
  };
  const bench = new Bench(setting.isQuick ? { time: 200, warmupTime: 100 } : { time: 3000, warmupTime: 500 });
  for (const [name, pod] of Object.entries(pods))
    bench.add(name, () => inject(readPod(pod), sidecars, policy));
  await setting.machine.round('the engine', () => bench.run());
  const rows = Object.fromEntries(
    bench.tasks.map(({ name, result }) => {
      if (!('latency' in result)) throw new Error(`${name} was not measured`);
      const { p50, p99, mean, samplesCount } = result.latency;
      return [
        name,
        { p50: round(p50 * 1000), p99: round(p99 * 1000), mean: round(mean * 1000), runs: samplesCount },
      ];
    }),
  );
  printTable('engine alone, microseconds', rows, setting);
  return rows;
}
