import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';
import { makeLocalCertificates } from './local-certificates.ts';
import { annotatedPod, reviewOf } from './reviews.ts';
import { call, openConnection, untilClosed } from './webhook-client.ts';
import { startProgram, WebhookProcess } from './webhook-process.ts';

let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;
beforeAll(async () => {
  certs = await makeLocalCertificates();
});
afterAll(() => certs.remove());

const body = reviewOf(annotatedPod);
const head = `POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nexpect: 100-continue\r\n\r\n`;

/** Access to an API server, by a token that nobody looks at. */
function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'here', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'me', user: { token: 'secret' } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
  });
}

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

describe('SIGTERM', () => {
  it('makes it not ready, but it serves on until the endpoints have propagated, and exits with 0', async () => {
    const webhook = await WebhookProcess.start(certs.path, '--drain-seconds=2');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    expect((await call(webhook, { agent, body })).headers.connection).toBe('keep-alive');
    const drainMs = await elapsedMs(async () => {
      webhook.signal('SIGTERM');
      await webhook.logged({ msg: 'stopping', signal: 'SIGTERM', drainSeconds: 2 });
      const ready = await webhook.status('/readyz');
      expect(ready.status).toBe(503);
      expect(ready.text).toMatch(/^\[-\]server draining\n[\s\S]*\nnot ready\n$/);
      expect((await webhook.status('/livez')).status).toBe(200);
      for (const options of [{ agent, body }, { body }]) {
        const answer = await call(webhook, options);
        expect({ status: answer.status, connection: answer.headers.connection }).toEqual({
          status: 200,
          connection: 'close',
        });
      }
      expect(await webhook.exitCode()).toBe(0);
    });
    expect(drainMs).toBeGreaterThan(1900);
    expect(webhook.log.at(-1)).toMatchObject({ msg: 'stopped' });
    await expect(call(webhook, { body })).rejects.toThrow(/ECONNREFUSED/);
  });

  it('lets a request in flight come to its end', async () => {
    const webhook = await WebhookProcess.start(certs.path, '--drain-seconds=0');
    const socket = await openConnection(webhook);
    socket.write(head);
    await once(socket, 'data');
    const answered = untilClosed(socket);
    webhook.signal('SIGTERM');
    await webhook.logged({ msg: 'stopping' });
    await expect
      .poll(() => call(webhook, { body }).catch(String), { timeout: 10_000 })
      .toMatch(/ECONNREFUSED/);
    expect(webhook.hasEnded).toBe(false);
    socket.write(body);
    expect(await answered).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close\r\n[\s\S]*"allowed":true/i,
    );
    expect(await webhook.exitCode()).toBe(0);
  });

  it('is hurried by a second signal', async () => {
    const webhook = await WebhookProcess.start(certs.path, '--drain-seconds=3600');
    const socket = await openConnection(webhook);
    socket.write(head);
    await once(socket, 'data');
    webhook.signal('SIGTERM');
    await webhook.logged({ msg: 'stopping' });
    expect(webhook.hasEnded).toBe(false);
    webhook.signal('SIGTERM');
    // Also the request in flight is not waited for.
    expect(await elapsedMs(() => webhook.exitCode())).toBeLessThan(8000);
    expect(webhook.child.exitCode).toBe(0);
  });
});

describe('during the start', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends it at once, whatever it waits for', async name => {
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const asked = once(silent, 'connection');
    const { port } = silent.address() as AddressInfo;
    const file = join(temporaryDirectory(), 'kubeconfig');
    writeFileSync(file, kubeconfigOf(`https://127.0.0.1:${port}`));
    const flags = ['--listen=127.0.0.1:0', '--status-listen=127.0.0.1:0', '--log-format=json'];
    const program = startProgram(['serve', ...flags, '--tls=managed', '--kubeconfig', file]);
    const [socket] = (await asked) as [Socket];
    onTestFinished(() => void socket.destroy());
    program.signal(name);
    // It would wait for the answer for five seconds.
    expect(await elapsedMs(() => program.exitCode())).toBeLessThan(3000);
    expect({ exitCode: program.child.exitCode, stderr: program.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(program.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      signal: name,
      msg: 'stopped before it served',
    });
  });
});

describe('SIGINT', () => {
  it('ends it without waiting: a person at a terminal has no endpoints', async () => {
    const webhook = await WebhookProcess.start(certs.path, '--drain-seconds=3600');
    webhook.signal('SIGINT');
    expect(await elapsedMs(() => webhook.exitCode())).toBeLessThan(8000);
    expect(webhook.child.exitCode).toBe(0);
    expect(webhook.log.map(({ msg }) => msg).slice(-2)).toEqual(['stopping', 'stopped']);
  });
});
