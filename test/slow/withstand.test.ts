/** The program of the image while somebody who reaches its ports does what can be done there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { imageProcess } from '../../scripts/dockerfile.ts';
import { makeLocalCertificates } from '../integration/local-certificates.ts';
import { annotatedPod, reviewOf } from '../integration/reviews.ts';
import { call } from '../integration/webhook-client.ts';
import { projectRoot, TestProcess, WebhookProcess } from '../integration/webhook-process.ts';

const { nodeFlags, program, environment } = imageProcess();
const bundle = mkdtempSync(join(tmpdir(), 'sidecar-injector-bundle-'));
let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;

beforeAll(async () => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const build = spawnSync(process.execPath, [join(projectRoot, 'scripts/build.ts'), bundle], {
    encoding: 'utf8',
  });
  expect(build.status, build.stderr).toBe(0);
  certs = await makeLocalCertificates();
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(bundle, { recursive: true });
  certs.remove();
});

const body = reviewOf(annotatedPod);

/** What the pod of `deploy/` may take. */
const limitMebibytes = 256;

/** The webhook as it runs in a pod, and the connection that an API server keeps with it. */
async function startWithApiServer() {
  const webhook = await WebhookProcess.startProgram(
    [process.execPath, ...nodeFlags, join(bundle, basename(program))],
    certs.path,
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ports = new Set<number | undefined>();
  agent.on('free', socket => ports.add(socket.localPort));
  for (let count = 0; count < 500; count++) await call(webhook, { agent, body });
  return { webhook, agent, ports };
}

/** Lets somebody attack; resolves when all is sent. It goes on until the test ends. */
async function attack(kind: string, port: number, count: number): Promise<void> {
  const file = fileURLToPath(new URL('attack.ts', import.meta.url));
  const attacker = new TestProcess(process.execPath, [file, kind, String(port), String(count)]);
  await expect
    .poll(() => attacker.stdout + attacker.stderr, { timeout: 40_000, interval: 20 })
    .toBe('sent\n');
}

/** Sends reviews on new connections and probes liveness, until the work is done; how long each took, in milliseconds. */
async function whileAsking(webhook: WebhookProcess, work: () => Promise<void>) {
  const reviewMs: number[] = [];
  const probeMs: number[] = [];
  let isDone = false;
  const ask = async () => {
    while (!isDone) {
      const startedMs = performance.now();
      const { status } = await call(webhook, { body });
      reviewMs.push(performance.now() - startedMs);
      expect(status).toBe(200);
      const probedMs = performance.now();
      expect((await webhook.status('/livez')).status).toBe(200);
      probeMs.push(performance.now() - probedMs);
      await sleep(10);
    }
  };
  await Promise.all([
    ask(),
    work().finally(() => {
      isDone = true;
    }),
  ]);
  return { reviewMs, probeMs };
}

/** The most that a process has been resident with, in MiB. */
function peakMebibytes({ child }: WebhookProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

function manyKeys(count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join()}}`;
}

function manyTexts(count: number): string {
  return Array.from({ length: count }, (_, index) => `"t${index}"`).join();
}

function manyObjects(count: number): string {
  return `[${Array.from({ length: count }, (_, index) => `{"k${index}":0}`).join()}]`;
}

const isLinux = process.platform === 'linux';

// Where the attacker gets more of the machine than the server, a handshake of a review can be the oldest of all.
describe('reviews are answered, and connections that had some live on,', { retry: 2 }, () => {
  it.each<[what: string, kind: string, count: number, reasons: readonly string[]]>([
    ['60 bodies of 7.9 MiB that never end', 'bodies', 60, ['bytes']],
    ['5,000 connections that send nothing', 'silent', 5000, ['handshakes']],
    ['1,000 handshakes that do not go on', 'handshakes', 1000, ['handshakes']],
    ['600 connections without a request', 'connections', 600, ['connections']],
  ])('beside %s', async (what, kind, count, reasons) => {
    const { webhook, agent, ports } = await startWithApiServer();
    const before = isLinux ? peakMebibytes(webhook) : 0;
    const { reviewMs, probeMs } = await whileAsking(webhook, () => attack(kind, webhook.port, count));
    expect((await call(webhook, { agent, body })).status).toBe(200);
    expect(ports.size, 'connections of the API server').toBe(1);
    const { text } = await webhook.status('/metrics');
    for (const reason of reasons) {
      expect(text).toMatch(
        new RegExp(`dropped_connections_total\\{server="admission",reason="${reason}"\\} [1-9]`),
      );
    }
    const warningsOf = () => webhook.log.filter(({ level }) => level === 'warn');
    // The log is written in blocks, at the latest after half a second.
    await expect.poll(warningsOf, { timeout: 5000 }).not.toEqual([]);
    const warnings = warningsOf();
    expect(warnings.length).toBeLessThanOrEqual(reasons.length * 2);
    expect(warnings).toContainEqual(
      expect.objectContaining({ msg: 'connections dropped', reason: reasons[0] }),
    );
    const longest = (times: readonly number[]) => Math.ceil(Math.max(...times));
    // The API server waits for five seconds, the kubelet for one, three times.
    expect(longest(reviewMs)).toBeLessThan(5000);
    if (!isLinux) return;
    const peak = peakMebibytes(webhook);
    console.log(
      `${what}: ${before.toFixed(0)} MiB before, ${peak.toFixed(0)} MiB at the most; ${reviewMs.length} reviews, longest ${longest(reviewMs)} ms; longest probe ${longest(probeMs)} ms`,
    );
    expect(peak).toBeLessThan(limitMebibytes);
  });

  it.each<[what: string, list: string, status: number]>([
    ['2,600,000 empty objects', `[${'{},'.repeat(2_600_000)}{}]`, 400],
    ['4,000,000 lists in one another', '['.repeat(4_000_000) + ']'.repeat(4_000_000), 400],
    ['1,300,000 objects in one another', `${'{"a":'.repeat(1_300_000)}1${'}'.repeat(1_300_000)}`, 400],
    ['500,000 keys that are all different', manyKeys(500_000), 400],
    ['400,000 objects with keys that are all different', manyObjects(400_000), 400],
    ['4,000,000 numbers', `[${'0,'.repeat(4_000_000)}0]`, 400],
    ['as many different keys as may be', manyObjects(180_000), 200],
    ['as many different keys of one object as may be', manyKeys(210_000), 200],
    ['as many objects as may be', `[${'{},'.repeat(465_000)}{}]`, 200],
    ['as many lists in one another as are not looked at', '['.repeat(199_000) + ']'.repeat(199_000), 200],
    ['as many texts as may be', `[${manyTexts(670_000)}]`, 200],
    ['as many numbers as may be', `[${'0,'.repeat(760_000)}0]`, 200],
    ['of each a third', `[${manyObjects(60_000)},${'{},'.repeat(155_000)}${manyTexts(215_000)}]`, 200],
    ['a Cyrillic letter and as many different keys as may be', `["я",${manyObjects(178_000)}]`, 200],
  ])('beside whole bodies with %s', async (what, list, status) => {
    const { webhook, agent } = await startWithApiServer();
    const full = body.replace('"spec":{', `"spec":{"example":${list},`);
    for (let count = 0; count < 5; count++) {
      expect((await call(webhook, { agent, body: full })).status).toBe(status);
      expect((await call(webhook, { agent, body })).status).toBe(200);
    }
    if (!isLinux) return;
    const peak = peakMebibytes(webhook);
    console.log(`whole bodies with ${what}: ${peak.toFixed(0)} MiB at the most`);
    expect(peak).toBeLessThan(limitMebibytes);
  });

  it('beside all of it at once', async () => {
    const { webhook, agent, ports } = await startWithApiServer();
    const { reviewMs } = await whileAsking(webhook, async () => {
      await attack('handshakes', webhook.port, 800);
      await attack('connections', webhook.port, 500);
      await attack('silent', webhook.statusPort, 500);
      for (let round = 0; round < 3; round++) await attack('bodies', webhook.port, 60);
    });
    expect((await call(webhook, { agent, body })).status).toBe(200);
    expect(ports.size, 'connections of the API server').toBe(1);
    if (!isLinux) return;
    const peak = peakMebibytes(webhook);
    console.log(
      `all of it: ${peak.toFixed(0)} MiB at the most; longest review ${Math.ceil(Math.max(...reviewMs))} ms`,
    );
    expect(peak).toBeLessThan(limitMebibytes);
  });

  it('and the program ends when it is told to, whatever is open', async () => {
    const { webhook } = await startWithApiServer();
    await attack('silent', webhook.port, 50);
    await attack('handshakes', webhook.port, 50);
    await attack('connections', webhook.port, 50);
    const startedMs = performance.now();
    webhook.signal('SIGINT');
    await webhook.logged({ msg: 'stopping' });
    webhook.signal('SIGINT');
    expect(await webhook.exitCode()).toBe(0);
    expect(performance.now() - startedMs, 'a handshake may take ten seconds').toBeLessThan(8000);
  });
});
