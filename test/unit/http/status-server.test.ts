import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DropReason } from '../../../src/http/dropped.ts';
import { createStatusApp } from '../../../src/http/status-app.ts';
import { StatusServer } from '../../../src/http/status-server.ts';

const bounds = { maximum: 20, newcomers: 5, pipelined: 3 };

let server: StatusServer;
let port: number;
let drops: DropReason[];
let sockets: Socket[];

beforeEach(async () => {
  drops = [];
  sockets = [];
  const app = createStatusApp({
    readiness: { isReady: true, lines: [] },
    metrics: { exposition: async () => ({ contentType: 'text/plain', text: 'a 1\n' }) },
    version: async () => '',
  });
  server = new StatusServer(app, reason => drops.push(reason), bounds);
  ({ port } = await server.start('127.0.0.1', 0));
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.stop();
});

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const get = 'GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** Asks as the kubelet does, on a connection of its own. */
async function probe(): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}/livez`, { headers: { connection: 'close' } })).status;
}

describe('a status server with more connections than it takes', () => {
  it('answers probes, whoever holds on to connections', async () => {
    for (let count = 0; count < 100; count++) (await open()).resume();
    for (let count = 0; count < 30; count++) expect(await probe()).toBe(200);
    expect(drops.length).toBeGreaterThanOrEqual(80);
    expect(new Set(drops)).toEqual(new Set(['connections']));
  });

  it('answers probes also where each of them was used', async () => {
    for (let count = 0; count < 100; count++) {
      const socket = await open();
      socket.write(get);
      await once(socket, 'data');
    }
    for (let count = 0; count < 30; count++) expect(await probe()).toBe(200);
  });

  it('keeps the one of Prometheus while others send nothing', async () => {
    const prometheus = await open();
    prometheus.write(get);
    await once(prometheus, 'data');
    for (let count = 0; count < 100; count++) (await open()).resume();
    prometheus.write(get);
    expect(String(await once(prometheus, 'data'))).toContain('200 OK');
  });

  it('takes no crowd of requests on one of them', async () => {
    const socket = await open();
    socket.resume().write(get.repeat(400));
    await once(socket, 'close');
    expect(drops).toEqual(['pipeline']);
  });
});
