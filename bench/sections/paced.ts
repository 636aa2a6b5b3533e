import { Load, type LoadResult, type Pace } from '../load.ts';
import { besideServers } from '../processes.ts';
import { recordedReview } from '../recorded-reviews.ts';
import { ServerProcess } from '../server-process.ts';
import { floorServer, printTable, type Setting, serveArguments } from '../setting.ts';
import { percentile, round } from '../statistics.ts';
import type { Row, Rows } from '../table.ts';
import { VaryingReview } from '../varying-review.ts';

/** As many requests as a large cluster sends at its busiest. */
export function pacedLoad({ isQuick }: Setting): Pace {
  return { perSecond: 500, seconds: isQuick ? 2 : 15 };
}

/** How long answers take at a steady rate that the server could easily exceed. */
export async function measurePaced(setting: Setting): Promise<Rows> {
  const { authority, files, machine } = setting;
  const floor = await ServerProcess.start([floorServer, ...files]);
  const webhook = await ServerProcess.start(serveArguments(files));
  const body = new VaryingReview(recordedReview('Deployment', 3));
  const run = async (name: string, { port }: ServerProcess): Promise<Rows> => {
    const load = await Load.connect({ port, authority, body }, 16);
    try {
      // What lasts, apart from the time in which Node.js compiles what is hot.
      return {
        [`${name}, just started`]: rowOf(await load.pace(pacedLoad(setting))),
        [`${name}, afterwards`]: rowOf(await load.pace(pacedLoad(setting))),
      };
    } finally {
      load.close();
    }
  };
  try {
    const rows = await besideServers(async () => ({
      ...(await machine.round('the floor at a steady rate', () => run('floor', floor))),
      ...(await machine.round('the webhook at a steady rate', () => run('webhook', webhook))),
    }));
    printTable('over TLS at 500 requests/s, Deployment of 3 containers', rows, setting);
    return rows;
  } finally {
    await Promise.all([floor.stop(), webhook.stop()]);
  }
}

function rowOf({ latenciesMs }: LoadResult): Row {
  const ranks = [50, 90, 99, 99.9].map(rank => [`p${rank} ms`, round(percentile(latenciesMs, rank))]);
  return Object.fromEntries(ranks) as Row;
}
