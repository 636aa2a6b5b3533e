import { Load } from '../load.ts';
import { besideServers } from '../processes.ts';
import { recordedReview } from '../recorded-reviews.ts';
import { type RecordedKind, recordedSizes } from '../recorded-workloads.ts';
import { ServerProcess } from '../server-process.ts';
import { floorServer, printTable, type Setting, serveArguments } from '../setting.ts';
import { percentile, spreadOf } from '../statistics.ts';
import { structuredReview } from '../structured-review.ts';
import { reviewBody } from '../synthetic-reviews.ts';
import type { Row, Rows } from '../table.ts';
import { type ReviewBody, VaryingReview } from '../varying-review.ts';

interface Line {
  readonly name: string;
  /** Sent one after the other in a round, each so many times. */
  readonly bodies: readonly ReviewBody[];
  readonly requests: number;
}

/** The real webhook and the floor, each in a process of its own, in turns, as fast as they go. */
export async function measureThroughput(setting: Setting): Promise<Rows> {
  const { files } = setting;
  const floor = await ServerProcess.start([floorServer, ...files]);
  const webhook = await ServerProcess.start(serveArguments(files));
  const rows: Record<string, Row> = {};
  try {
    await besideServers(async () => {
      for (const line of lines()) rows[line.name] = await measureLine(line, { floor, webhook }, setting);
    });
  } finally {
    await Promise.all([floor.stop(), webhook.stop()]);
  }
  printTable('over TLS, 8 connections, as fast as it goes: median (quartiles)', rows, setting);
  return rows;
}

function lines(): readonly Line[] {
  const three = recordedReview('Deployment', 3);
  const varying = (body: Buffer) => [new VaryingReview(body)];
  const ofKind = (kind: RecordedKind) =>
    recordedSizes.map(size => new VaryingReview(recordedReview(kind, size)));
  return [
    {
      name: 'made up: 1 container, 5 kB',
      bodies: varying(reviewBody({ containers: 1, variables: 45 })),
      requests: 10_000,
    },
    {
      name: 'made up: 15 containers, 13 kB',
      bodies: varying(reviewBody({ containers: 15 })),
      requests: 6_000,
    },
    { name: 'Deployment: 1 container', bodies: varying(recordedReview('Deployment', 1)), requests: 10_000 },
    { name: 'Deployment: 3 containers', bodies: varying(three), requests: 10_000 },
    { name: 'Deployment: 3 containers, repeated', bodies: [{ bytes: three }], requests: 10_000 },
    { name: 'StatefulSet: 1 and 3 containers', bodies: ofKind('StatefulSet'), requests: 5_000 },
    { name: 'DaemonSet: 1 and 3 containers', bodies: ofKind('DaemonSet'), requests: 5_000 },
    { name: 'Job: 1 and 3 containers', bodies: ofKind('Job'), requests: 5_000 },
    {
      name: 'structure of 362 kB',
      bodies: varying(structuredReview(three, { containers: 39, variables: 75 })),
      requests: 600,
    },
    {
      name: 'structure of 1.55 MB',
      bodies: varying(structuredReview(three, { containers: 160, variables: 75 })),
      requests: 150,
    },
    {
      name: 'padding of 300 KiB',
      bodies: varying(reviewBody({ containers: 3, paddingKiB: 300 })),
      requests: 1_000,
    },
    {
      name: 'padding of 1.5 MiB',
      bodies: varying(reviewBody({ containers: 3, paddingKiB: 1536 })),
      requests: 200,
    },
  ];
}

interface Servers {
  readonly floor: ServerProcess;
  readonly webhook: ServerProcess;
}

async function measureLine(line: Line, { floor, webhook }: Servers, setting: Setting): Promise<Row> {
  const loads = {
    floor: await connectAll(line, floor, setting),
    webhook: await connectAll(line, webhook, setting),
  };
  const requests = Math.ceil(line.requests / (setting.isQuick ? 5 : 1));
  const pair = async () => ({
    floor: await measureRun(floor, loads.floor, requests),
    webhook: await measureRun(webhook, loads.webhook, requests),
  });
  const pairs: Awaited<ReturnType<typeof pair>>[] = [];
  try {
    await pair();
    for (let turn = 0; turn < (setting.isQuick ? 3 : 9); turn++)
      pairs.push(await setting.machine.round(line.name, pair));
  } finally {
    for (const load of [...loads.floor, ...loads.webhook]) load.close();
  }
  if (webhook.lastMessage !== 'pod injected')
    throw new Error(`${line.name}: the webhook says ${webhook.lastMessage}`);
  const of = (pick: (one: (typeof pairs)[number]) => number) => spreadOf(pairs.map(pick));
  return {
    bytes: Math.round(line.bodies.reduce((sum, { bytes }) => sum + bytes.length, 0) / line.bodies.length),
    'floor requests/s': of(({ floor }) => floor.perSecond).median,
    'webhook requests/s': of(({ webhook }) => webhook.perSecond).median,
    'ratio of requests/s': of(({ floor, webhook }) => webhook.perSecond / floor.perSecond),
    'floor µs CPU': of(({ floor }) => floor.cpu),
    'webhook µs CPU': of(({ webhook }) => webhook.cpu),
    'ratio of CPU': of(({ floor, webhook }) => floor.cpu / webhook.cpu),
    'p50 ms': of(({ webhook }) => webhook.p50).median,
    'p99 ms': of(({ webhook }) => webhook.p99).median,
    'load of its core': of(({ floor }) => floor.load).median,
  };
}

function connectAll(
  { bodies }: Line,
  { port }: ServerProcess,
  { authority }: Setting,
): Promise<readonly Load[]> {
  return Promise.all(bodies.map(body => Load.connect({ port, authority, body }, connections)));
}

async function measureRun(server: ServerProcess, loads: readonly Load[], requests: number) {
  const cpuBefore = server.cpuMicroseconds;
  const loadBefore = process.cpuUsage();
  const latenciesMs: number[] = [];
  let elapsedMs = 0;
  for (const load of loads) {
    const result = await load.saturate(requests);
    latenciesMs.push(...result.latenciesMs);
    elapsedMs += result.elapsedMs;
  }
  const { user, system } = process.cpuUsage(loadBefore);
  return {
    perSecond: (latenciesMs.length / elapsedMs) * 1000,
    cpu: (server.cpuMicroseconds - cpuBefore) / latenciesMs.length,
    p50: percentile(latenciesMs, 50),
    p99: percentile(latenciesMs, 99),
    load: (user + system) / (elapsedMs * 1000),
  };
}

const connections = 8;
