import { join } from 'node:path';
import { Load } from '../load.ts';
import { namespaceOf, startNamespaceServer } from '../namespace-server.ts';
import { besideServers } from '../processes.ts';
import { ServerProcess } from '../server-process.ts';
import { printTable, type Setting, serveArguments } from '../setting.ts';
import { median, round, spreadOf } from '../statistics.ts';
import { bareReviewBody, podOf, reviewBody } from '../synthetic-reviews.ts';
import type { Row, Rows } from '../table.ts';
import { VaryingReview } from '../varying-review.ts';

const sizes = [
  { name: '1 container', containers: 1, requests: 4000 },
  { name: '3 containers', containers: 3, requests: 3300 },
  { name: '15 containers', containers: 15, requests: 2000 },
];

/** The CPU that a review takes where its namespace asks for the sidecar, against the same pod that asks itself. */
export async function measureInNamespaces(setting: Setting): Promise<Rows> {
  const { directory, files } = setting;
  const kubeconfig = join(directory, 'kubeconfig');
  const { annotations } = podOf({ containers: 1 }).metadata;
  const stop = await startNamespaceServer(files, [namespaceOf('labelled', annotations)], kubeconfig);
  const webhook = await ServerProcess.start([...serveArguments(files), `--kubeconfig=${kubeconfig}`]);
  const rows: Record<string, Row> = {};
  try {
    await besideServers(async () => {
      for (const size of sizes) rows[size.name] = await measureSize(size, webhook, setting);
    });
  } finally {
    await webhook.stop();
    stop();
  }
  printTable('a pod in a labelled namespace against the same pod with its own annotations', rows, setting);
  return rows;
}

async function measureSize(
  { name, containers, requests }: (typeof sizes)[number],
  webhook: ServerProcess,
  { authority, isQuick, machine }: Setting,
): Promise<Row> {
  const { port } = webhook;
  const ownBody = new VaryingReview(reviewBody({ containers }));
  const bareBody = new VaryingReview(bareReviewBody(containers, 'labelled'));
  const own = await Load.connect({ port, authority, body: ownBody }, 8);
  const inherited = await Load.connect({ port, authority, body: bareBody, path: '/mutate/namespaces' }, 8);
  const count = Math.ceil(requests / (isQuick ? 2 : 1));
  const cpuOf = async (load: Load) => {
    const before = webhook.cpuMicroseconds;
    await load.saturate(count);
    if (webhook.lastMessage !== 'pod injected') throw new Error(`the webhook says ${webhook.lastMessage}`);
    return (webhook.cpuMicroseconds - before) / count;
  };
  const pair = async () => ({ own: await cpuOf(own), inherited: await cpuOf(inherited) });
  const pairs: Awaited<ReturnType<typeof pair>>[] = [];
  try {
    await pair();
    // In many short turns: what else the machine does falls upon both.
    for (let turn = 0; turn < (isQuick ? 3 : 25); turn++) pairs.push(await machine.round(name, pair));
  } finally {
    own.close();
    inherited.close();
  }
  return {
    'own annotations, µs CPU': round(median(pairs.map(pair => pair.own))),
    'of the namespace, µs CPU': round(median(pairs.map(pair => pair.inherited))),
    ratio: spreadOf(pairs.map(({ own, inherited }) => inherited / own)),
  };
}
