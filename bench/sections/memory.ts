import { join } from 'node:path';
import { imageProcess } from '../../scripts/dockerfile.ts';
import { Load } from '../load.ts';
import { namespaceOf, startNamespaceServer } from '../namespace-server.ts';
import { recordedReview } from '../recorded-reviews.ts';
import { ServerProcess } from '../server-process.ts';
import { floorServer, printTable, type Setting, serveArguments } from '../setting.ts';
import { round } from '../statistics.ts';
import { podOf } from '../synthetic-reviews.ts';
import type { Row, Rows } from '../table.ts';
import { VaryingReview } from '../varying-review.ts';
import { pacedLoad } from './paced.ts';

/** Fresh processes, each with the flags and the environment of the image; a third of the pods have a repository of their own. */
export async function measureMemory(setting: Setting): Promise<Rows> {
  const { directory, files } = setting;
  const webhook = serveArguments(files);
  const { annotations } = podOf({ containers: 1 }).metadata;
  const stops: (() => void)[] = [];
  const watching = async (count: number) => {
    const kubeconfig = join(directory, `kubeconfig-${count}`);
    const all = Array.from({ length: count }, (_, index) => namespaceOf(`shop-${index}`, annotations));
    stops.push(await startNamespaceServer(files, all, kubeconfig));
    return [...webhook, `--kubeconfig=${kubeconfig}`];
  };
  const rows: Record<string, Row> = {};
  try {
    const servers = {
      floor: [floorServer, ...files],
      webhook,
      'webhook with --kubeconfig, no namespaces': await watching(0),
      'webhook with --kubeconfig, 10,000 namespaces': await watching(10_000),
    };
    for (const [name, args] of Object.entries(servers))
      rows[name] = await setting.machine.round(`the memory of ${name}`, () => measureServer(args, setting));
  } finally {
    for (const stop of stops) stop();
  }
  printTable('resident memory as the image runs it, at 500 requests/s, MiB', rows, setting);
  return rows;
}

async function measureServer(args: readonly string[], setting: Setting): Promise<Row> {
  const { nodeFlags, environment } = imageProcess();
  const server = await ServerProcess.start([...nodeFlags, ...args], { environment });
  try {
    const idle = server.memoryMiB?.now ?? Number.NaN;
    const body = new VaryingReview(recordedReview('Deployment', 3), { hasNewRepositories: true });
    const load = await Load.connect({ port: server.port, authority: setting.authority, body }, 16);
    await load.pace(pacedLoad(setting)).finally(() => load.close());
    const { now = Number.NaN, highest = Number.NaN } = server.memoryMiB ?? {};
    return { idle: round(idle), 'under load': round(now), highest: round(highest) };
  } finally {
    await server.stop();
  }
}
