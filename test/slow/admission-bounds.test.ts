import { once } from 'node:events';
import { connect as connectRaw } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  issueTestCertificates,
  startInProcess,
  type TestCertificates,
} from '../integration/in-process-webhook.ts';
import { annotatedPod, reviewOf } from '../integration/reviews.ts';
import { call, closing, openConnection, untilClosed } from '../integration/webhook-client.ts';

const body = reviewOf(annotatedPod);
const head = (length: number) =>
  `POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

const bounds = { maximum: 4, newcomers: 2, handshakes: 3, pipelined: 3 };

/** A connection on which nothing but a handshake was made. */
async function openSilent(port: number) {
  const socket = connectRaw(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  return { socket, closed: once(socket, 'close') };
}

describe('bodies that do not end', () => {
  it('lose their connections, the oldest first, once all together hold too much', async () => {
    const webhook = await startInProcess(certificates, { maxBytes: 256 * 1024 });
    const [oldest, newest] = [await openConnection(webhook), await openConnection(webhook)];
    oldest.write(head(1_000_000) + 'x'.repeat(150_000));
    await expect.poll(() => webhook.unfinished.bytes).toBe(3 * 65_536);
    newest.write(head(1_000_000) + 'x'.repeat(150_000));
    await closing(oldest);
    expect(webhook.drops).toEqual(['bytes']);
    await expect.poll(() => webhook.unfinished.bytes).toBe(3 * 65_536);
    expect(newest.closed).toBe(false);
  });

  it('do not keep one from being read that arrives whole', async () => {
    const webhook = await startInProcess(certificates, { maxBytes: 256 * 1024 });
    const unfinished = await openConnection(webhook);
    unfinished.write(head(1_000_000) + 'x'.repeat(250_000));
    await expect.poll(() => webhook.unfinished.bytes).toBeGreaterThan(200_000);
    const { status } = await call(webhook, { body: body.padEnd(200_000, ' ') });
    expect(status).toBe(200);
    await closing(unfinished);
    await expect.poll(() => webhook.unfinished.bytes).toBe(0);
  });

  it('hold what they hold, and not what was announced', async () => {
    const webhook = await startInProcess(certificates);
    const socket = await openConnection(webhook);
    socket.write(`${head(8_000_000)}{`);
    await expect.poll(() => webhook.unfinished.bytes).toBe(65_536);
  });

  it('are let go of when their client goes', async () => {
    const webhook = await startInProcess(certificates);
    const socket = await openConnection(webhook);
    socket.write(head(1_000_000) + 'x'.repeat(100_000));
    await expect.poll(() => webhook.unfinished.bytes).toBeGreaterThan(0);
    socket.destroy();
    await expect.poll(() => webhook.unfinished.bytes).toBe(0);
    expect(webhook.drops).toEqual([]);
  });

  it.each([
    ['with its length', head(1_000_000), 'x'],
    [
      'in chunks with long extensions',
      head(0).replace('content-length: 0', 'transfer-encoding: chunked'),
      `1;${'e'.repeat(500)}\r\nx\r\n`,
    ],
  ])('end after their time, also where a byte comes now and then: %s', async (_what, start, drop) => {
    const webhook = await startInProcess(certificates, { maxAgeMs: 1500 });
    const socket = await openConnection(webhook);
    const startedMs = performance.now();
    socket.write(start);
    const trickle = setInterval(() => socket.write(drop), 100);
    onTestFinished(() => clearInterval(trickle));
    await closing(socket);
    clearInterval(trickle);
    expect(webhook.drops).toEqual(['slow']);
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(1400);
    expect(tookMs).toBeLessThan(10_000);
  });

  it('are no hold for an answer that nobody takes', async () => {
    const value = 'x'.repeat(16 * 1024 * 1024);
    const webhook = await startInProcess(certificates, {
      maxAgeMs: 1500,
      decide: () => ({
        outcome: 'injected',
        warnings: [],
        sidecars: [],
        operations: [{ op: 'add', path: '/metadata/annotations/large', value }],
      }),
    });
    const socket = await openConnection(webhook);
    socket.pause();
    socket.write(head(body.length) + body);
    await expect.poll(() => webhook.unfinished.bytes).toBeGreaterThan(value.length);
    await expect.poll(() => webhook.drops, { timeout: 10_000 }).toEqual(['slow']);
    expect(webhook.unfinished.bytes).toBe(0);
  });
});

describe('connections', () => {
  it('are closed, the oldest first, where there are too many; those that had an answer are spared', async () => {
    const webhook = await startInProcess(certificates, { bounds });
    const apiServer = await openConnection(webhook);
    apiServer.write(head(body.length) + body);
    await once(apiServer, 'data');
    const others = [];
    for (let count = 0; count < 6; count++) others.push(await openConnection(webhook));
    await Promise.all(others.slice(0, 3).map(closing));
    expect(webhook.drops).toEqual(['connections', 'connections', 'connections']);
    expect(others.slice(3).some(({ closed }) => closed)).toBe(false);
    apiServer.write(head(body.length) + body);
    expect(String(await once(apiServer, 'data'))).toContain('200 OK');
  });

  it('are closed, the oldest first, where too many are in their handshake', async () => {
    const webhook = await startInProcess(certificates, { bounds });
    const [first, second] = [await openSilent(webhook.port), await openSilent(webhook.port)];
    expect((await call(webhook, { body })).status, 'with a handshake that ends').toBe(200);
    await openSilent(webhook.port);
    await openSilent(webhook.port);
    await first.closed;
    expect(webhook.drops).toEqual(['handshakes']);
    expect(second.socket.closed).toBe(false);
  });

  it('are closed where too many requests wait on one of them', async () => {
    const webhook = await startInProcess(certificates, { bounds });
    const socket = await openConnection(webhook);
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(400));
    await untilClosed(socket);
    expect(webhook.drops).toEqual(['pipeline']);
  });

  it('may have a few requests that wait, which are answered in order', async () => {
    const webhook = await startInProcess(certificates, { bounds });
    const socket = await openConnection(webhook);
    const last = head(body.length).replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n');
    socket.write((head(body.length) + body).repeat(2) + last + body);
    expect((await untilClosed(socket)).match(/200 OK/g)).toHaveLength(3);
    expect(webhook.drops).toEqual([]);
  });

  it('are closed after ten seconds where no handshake, or no request, comes', async () => {
    const webhook = await startInProcess(certificates);
    const startedMs = performance.now();
    const half = await openSilent(webhook.port);
    half.socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    const [silent, slow] = [await openConnection(webhook), await openConnection(webhook)];
    const trickle = setInterval(() => slow.write('x'), 200);
    onTestFinished(() => clearInterval(trickle));
    await Promise.all([half.closed, untilClosed(silent), untilClosed(slow)]);
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(9000);
    expect(tookMs).toBeLessThan(20_000);
    expect(webhook.drops).toEqual(['slow']);
  });

  it('are not kept by headers that are too long', async () => {
    const webhook = await startInProcess(certificates);
    const socket = await openConnection(webhook);
    socket.write(`POST /mutate HTTP/1.1\r\nx-long: ${'x'.repeat(17_000)}`);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });
});
