/**
 * Measures the engine alone and the whole webhook over TLS, against the floor in the same run, prints a table and
 * writes bench/results.json. docs/performance.md says what the figures mean.
 *
 *   npm run bench            all of it, about four minutes
 *   npm run bench -- quick   fewer requests, for a first look
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from 'tinybench';
import { imageProcess } from '../scripts/dockerfile.ts';
import { inject } from '../src/injection/inject.ts';
import type { InjectionPolicy } from '../src/injection/policy.ts';
import { readPod } from '../src/kubernetes/pod.ts';
import { readSidecarFiles } from '../src/sidecars/sidecar-directory.ts';
import { emptySidecarSet, nextSidecarSet } from '../src/sidecars/sidecar-set.ts';
import { issueAuthority, issueServingCertificate } from '../src/tls/issue-certificate.ts';
import { pace, saturate, type Target } from './load.ts';
import { namespaceOf, startNamespaceServer } from './namespace-server.ts';
import { bareReviewBody, podOf, reviewBody } from './reviews.ts';
import { ServerProcess } from './server-process.ts';

const isQuick = process.argv.includes('quick');
const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(root, 'dist/sidecar-injector.mjs');
const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-bench-'));

const sizes = [
  { name: '1 container', containers: 1, paddingKiB: 0, requests: 12_000 },
  { name: '3 containers', containers: 3, paddingKiB: 0, requests: 10_000 },
  { name: '15 containers', containers: 15, paddingKiB: 0, requests: 6_000 },
  { name: '300 KiB', containers: 3, paddingKiB: 300, requests: 1_000 },
  { name: '1.5 MiB', containers: 3, paddingKiB: 1536, requests: 200 },
];

const sidecars = nextSidecarSet(emptySidecarSet, await readSidecarFiles(join(root, 'sidecars')));
const policy: InjectionPolicy = {
  areNativeSidecarsAvailable: true,
  startAfter: ['istio-proxy', 'linkerd-proxy'],
  unknownSidecars: 'refuse',
  maximumSidecars: 10,
};

const pacedLoad = { perSecond: 500, seconds: isQuick ? 3 : 15, connections: 16 };

if (process.argv.includes('nsonly')) {
  await measureInNamespaces();
  await measureMemory();
  process.exit(0);
}
try {
  const engine = await measureEngine();
  const overTls = await measureOverTls();
  const inNamespaces = await measureInNamespaces();
  const memoryMiB = await measureMemory();
  const start = await measureStart();
  const firstOutput = await measureFirstOutput();
  const results = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    engine,
    overTls,
    inNamespaces,
    memoryMiB,
    start,
    firstOutput,
  };
  writeFileSync(join(root, 'bench/results.json'), `${JSON.stringify(results, null, 2)}\n`);
  console.log('\nready after (median of the starts), in milliseconds');
  console.table(start);
  console.log('\nfirst output of a command (median), in milliseconds');
  console.table(firstOutput);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Pod in, patch out, in this process; microseconds. */
async function measureEngine() {
  const bench = new Bench({ time: isQuick ? 500 : 3000, warmupTime: 500 });
  for (const { name, containers, paddingKiB } of sizes) {
    const pod = podOf(containers, paddingKiB);
    bench.add(name, () => inject(readPod(pod), sidecars, policy));
  }
  await bench.run();
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
  console.log('engine alone, microseconds');
  console.table(rows);
  return rows;
}

/** The real webhook and the floor, each in a process of its own, in turns. */
async function measureOverTls() {
  const target = await certificates();
  const floor = await ServerProcess.start([join(root, 'bench/floor-server.ts'), ...target.files]);
  const webhook = await ServerProcess.start(serveArguments(target.files, '127.0.0.1:0'));
  try {
    const throughput = await measureThroughput(floor, webhook, target.ca);
    const paced = await measurePaced(floor, webhook, target.ca);
    return { throughput, paced };
  } finally {
    await Promise.all([floor.stop(), webhook.stop()]);
  }
}

async function measureThroughput(floor: ServerProcess, webhook: ServerProcess, ca: string) {
  const rows: Record<string, Record<string, number>> = {};
  for (const { name, containers, paddingKiB, requests } of sizes) {
    const body = reviewBody(containers, paddingKiB);
    const count = isQuick ? Math.ceil(requests / 5) : requests;
    const run = (server: ServerProcess) => measureRun(server, { port: server.port, ca, body }, count);
    await run(floor);
    await run(webhook);
    const pairs: { readonly floor: Run; readonly webhook: Run }[] = [];
    for (let round = 0; round < (isQuick ? 3 : 7); round++)
      pairs.push({ floor: await run(floor), webhook: await run(webhook) });
    const of = (pick: (pair: (typeof pairs)[number]) => number) => round(median(pairs.map(pick)));
    rows[name] = {
      'floor requests/s': of(pair => pair.floor.perSecond),
      'webhook requests/s': of(pair => pair.webhook.perSecond),
      ratio: Math.round(median(pairs.map(pair => pair.webhook.perSecond / pair.floor.perSecond)) * 100) / 100,
      'floor µs CPU': of(pair => pair.floor.cpu),
      'webhook µs CPU': of(pair => pair.webhook.cpu),
      'webhook p50 ms': of(pair => pair.webhook.p50),
      'webhook p99 ms': of(pair => pair.webhook.p99),
    };
  }
  console.log('over TLS, 8 connections, as fast as it goes (medians; CPU per request)');
  console.table(rows);
  return rows;
}

type Run = Awaited<ReturnType<typeof measureRun>>;

async function measureRun(server: ServerProcess, target: Target, requests: number) {
  const cpuBefore = server.cpuMicroseconds ?? Number.NaN;
  const { latenciesMs, elapsedMs } = await saturate(target, requests, 8);
  const cpu = ((server.cpuMicroseconds ?? Number.NaN) - cpuBefore) / requests;
  return {
    perSecond: (requests / elapsedMs) * 1000,
    cpu,
    p50: percentile(latenciesMs, 50),
    p99: percentile(latenciesMs, 99),
  };
}

/** The CPU that a review takes where its namespace asks for the sidecar, against the same pod that asks itself. */
async function measureInNamespaces() {
  const { ca, files } = await certificates();
  const kubeconfig = join(directory, 'kubeconfig');
  const { annotations } = podOf(1).metadata;
  const stop = await startNamespaceServer(files, [namespaceOf('labelled', annotations)], kubeconfig);
  const webhook = await ServerProcess.start([
    ...serveArguments(files, '127.0.0.1:0'),
    `--kubeconfig=${kubeconfig}`,
  ]);
  const { port } = webhook;
  const rows: Record<string, Record<string, number>> = {};
  try {
    for (const { name, containers, paddingKiB, requests } of sizes) {
      if (paddingKiB > 0) continue;
      const own = { port, ca, body: reviewBody(containers) };
      const inherited = {
        port,
        ca,
        body: bareReviewBody(containers, 'labelled'),
        path: '/mutate/namespaces',
      };
      // In many short turns: what else the machine does falls upon both.
      const run = async (target: Target) => {
        const measured = await measureRun(webhook, target, requests / (isQuick ? 5 : 3));
        if (webhook.lastMessage !== 'pod injected')
          throw new Error(`the webhook says ${webhook.lastMessage}`);
        return measured;
      };
      await run(own);
      await run(inherited);
      const pairs: { readonly own: number; readonly inherited: number }[] = [];
      for (let turn = 0; turn < (isQuick ? 3 : 25); turn++)
        pairs.push({ own: (await run(own)).cpu, inherited: (await run(inherited)).cpu });
      rows[name] = {
        'own annotations, µs CPU': round(median(pairs.map(pair => pair.own))),
        'of the namespace, µs CPU': round(median(pairs.map(pair => pair.inherited))),
        ratio: Math.round(median(pairs.map(({ own, inherited }) => inherited / own)) * 100) / 100,
      };
    }
  } finally {
    await webhook.stop();
    stop();
  }
  console.log('a pod in a labelled namespace against the same pod with its own annotations (medians)');
  console.table(rows);
  return rows;
}

/** Fresh processes, each with the flags and the environment of the image, at 500 requests/s. */
async function measureMemory() {
  const { ca, files } = await certificates();
  const { nodeFlags, environment } = imageProcess();
  const webhook = serveArguments(files, '127.0.0.1:0');
  const { annotations } = podOf(1).metadata;
  const stops: (() => void)[] = [];
  const watching = async (count: number) => {
    const kubeconfig = join(directory, `kubeconfig-${count}`);
    const all = Array.from({ length: count }, (_, index) => namespaceOf(`shop-${index}`, annotations));
    stops.push(await startNamespaceServer(files, all, kubeconfig));
    return [...webhook, `--kubeconfig=${kubeconfig}`];
  };
  const servers = {
    floor: [join(root, 'bench/floor-server.ts'), ...files],
    webhook,
    'webhook with --kubeconfig, no namespaces': await watching(0),
    'webhook with --kubeconfig, 10,000 namespaces': await watching(10_000),
  };
  const rows: Record<string, Record<string, number>> = {};
  for (const [name, args] of Object.entries(servers)) {
    const server = await ServerProcess.start([...nodeFlags, ...args], environment);
    try {
      const idle = server.memoryMiB?.now ?? Number.NaN;
      await pace({ port: server.port, ca, body: reviewBody(3) }, pacedLoad);
      const { now = Number.NaN, highest = Number.NaN } = server.memoryMiB ?? {};
      rows[name] = { idle: round(idle), 'under load': round(now), highest: round(highest) };
    } finally {
      await server.stop();
    }
  }
  for (const stop of stops) stop();
  console.log('resident memory as the image runs it, at 500 requests/s, MiB');
  console.table(rows);
  return rows;
}

async function measurePaced(floor: ServerProcess, webhook: ServerProcess, ca: string) {
  const run = async ({ port }: ServerProcess) => {
    const { latenciesMs } = await pace({ port, ca, body: reviewBody(3) }, pacedLoad);
    return Object.fromEntries(
      [50, 90, 99, 99.9].map(rank => [`p${rank} ms`, round(percentile(latenciesMs, rank))]),
    );
  };
  const rows = { floor: await run(floor), webhook: await run(webhook) };
  console.log('over TLS at 500 requests/s, 3 containers, server on one core');
  console.table(rows);
  return rows;
}

/** From the start of the process to the first answer of /readyz, with the certificates there already. */
async function measureStart() {
  const { files } = await certificates();
  const statusPort = 20_000 + (process.pid % 10_000);
  const programs = { sources: join(root, 'bin/sidecar-injector.js'), bundle };
  const rows: Record<string, { median: number; slowest: number }> = {};
  for (const [name, program] of Object.entries(programs)) {
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const args = [program, ...serveArguments(files, `127.0.0.1:${statusPort}`).slice(1)];
      const startedMs = performance.now();
      const child = spawn(process.execPath, args, { stdio: 'ignore' });
      await untilReady(`http://127.0.0.1:${statusPort}/readyz`, startedMs + 20_000);
      times.push(performance.now() - startedMs);
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
    }
    rows[name] = { median: round(median(times)), slowest: round(Math.max(...times)) };
  }
  return rows;
}

/** From the start of the process to the first byte that a person sees, with what was compiled kept, as the package has it. */
async function measureFirstOutput() {
  const commands = {
    nothing: ['--print', '1'],
    '--help': [bundle, '--help'],
    render: [bundle, 'render', join(root, 'sidecars/git-sync.yaml')],
    inject: [bundle, 'inject', '-f', join(root, 'docs/examples/pod.yaml')],
  };
  const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled') };
  const rows: Record<string, { median: number; slowest: number }> = {};
  for (const [name, args] of Object.entries(commands)) {
    const times: number[] = [];
    for (let turn = 0; turn < 11; turn++) {
      const startedMs = performance.now();
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'], env });
      await once(child.stdout, 'data');
      times.push(performance.now() - startedMs);
      await once(child, 'exit');
    }
    // The first one has nothing that it could use.
    times.shift();
    rows[name] = { median: round(median(times)), slowest: round(Math.max(...times)) };
  }
  return rows;
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

function serveArguments([cert = '', key = '']: readonly string[], statusListen: string): readonly string[] {
  const settings = {
    listen: '127.0.0.1:0',
    'status-listen': statusListen,
    sidecars: join(root, 'sidecars'),
    tls: 'files',
    'tls-cert-file': cert,
    'tls-key-file': key,
    'log-format': 'json',
  };
  return [bundle, 'serve', ...Object.entries(settings).map(([key, value]) => `--${key}=${value}`)];
}

async function certificates(): Promise<{ readonly ca: string; readonly files: readonly string[] }> {
  const lifetime = { now: new Date(), days: 1 };
  const authority = await issueAuthority(lifetime);
  const { cert, key } = await issueServingCertificate(authority, ['localhost', '127.0.0.1'], lifetime);
  const decision = inject(readPod(podOf(3)), sidecars, policy);
  const patch = JSON.stringify(decision.outcome === 'injected' ? decision.operations : []);
  const files = Object.entries({ 'tls.crt': cert, 'tls.key': key, patch }).map(([name, text]) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  });
  return { ca: authority.cert, files };
}

function median(values: readonly number[]): number {
  return percentile(values, 50);
}

function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * rank) / 100))] ?? Number.NaN;
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}
