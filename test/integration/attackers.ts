/** What somebody does who reaches the port and wants to shut others out. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Endpoint } from './webhook-client.ts';

/** A number of sockets that end with the test. */
function heldUntilTheEnd<S extends Socket>(sockets: S[]): S[] {
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return sockets;
}

/** Connections of which nothing comes but, where they are given, these first bytes. */
export async function openRaw(
  port: number,
  count: number,
  first?: Buffer | string,
): Promise<readonly Socket[]> {
  const sockets = heldUntilTheEnd<Socket>([]);
  for (let opened = 0; opened < count; opened++) {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    // Those that are dropped are told so, maybe before they are connected.
    socket.on('error', () => undefined).resume();
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
    if (first !== undefined) socket.write(first);
  }
  return sockets;
}

/** The beginning of a handshake that does not go on: a record of 512 bytes is announced. */
export const halfHello = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);

/** Connections that have finished their handshake, one after the other. */
export async function openTls({ port }: Endpoint, count: number): Promise<readonly TLSSocket[]> {
  const sockets = heldUntilTheEnd<TLSSocket>([]);
  for (let opened = 0; opened < count; opened++) {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
    await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')]).catch(() => undefined);
  }
  return sockets;
}

/** Sends a body but for its end on each connection, all at the same time; resolves when all is sent or they are closed. */
export async function sendUnfinished(sockets: readonly TLSSocket[], bytes: number): Promise<void> {
  const head = `POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${bytes + 1}\r\n\r\n`;
  const body = Buffer.alloc(bytes, ' ');
  await Promise.all(
    sockets.map(async socket => {
      socket.write(head);
      const sent = new Promise<void>(resolve => socket.write(body, () => resolve()));
      await Promise.race([sent, socket.closed ? undefined : once(socket, 'close')]).catch(() => undefined);
    }),
  );
}

/** Resident memory of a process in MiB: now, and the most so far. */
export function residentMebibytes(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  return { now: read('VmRSS'), most: read('VmHWM') };
}
