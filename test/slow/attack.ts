/**
 * Somebody who reaches a port and wants to shut others out. In a process of its own, so that it takes no time from
 * those whose answers are measured.
 *
 *   node test/slow/attack.ts KIND PORT COUNT     prints a line when all is sent, and holds on until it is ended
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** The beginning of a handshake that does not go on: a record of 512 bytes is announced. */
const halfHello = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);
const mebibyte = 1024 * 1024;
const unfinished = Buffer.alloc(Math.round(7.9 * mebibyte), ' ');
const head = `POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${8 * mebibyte}\r\n\r\n`;

const kinds: Readonly<Record<string, (port: number, count: number) => Promise<unknown>>> = {
  silent: (port, count) => openMany(count, () => connect(port, '127.0.0.1'), 'connect'),
  handshakes: async (port, count) => {
    const begin = () => {
      const socket = connect(port, '127.0.0.1');
      socket.write(halfHello);
      return socket;
    };
    await openMany(count, begin, 'connect');
  },
  connections: (port, count) => openMany(count, () => openTls(port), 'secureConnect'),
  /** All begin before the first goes on, and none ends. */
  bodies: async (port, count) => {
    const sockets = await openMany(count, () => openTls(port), 'secureConnect');
    const send = (socket: Socket) => {
      socket.write(head);
      return untilClosed(socket, new Promise<void>(resolve => socket.write(unfinished, () => resolve())));
    };
    await Promise.all(sockets.map(send));
  },
};

function openTls(port: number): Socket {
  return connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
}

/** One after the other. Those that are closed are let go. */
async function openMany(count: number, open: () => Socket, event: string): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (let opened = 0; opened < count; opened++) {
    const socket = open();
    socket.on('error', () => undefined).resume();
    sockets.push(socket);
    await untilClosed(socket, once(socket, event));
  }
  return sockets;
}

/** Waits for something, but not on a connection that the other side has closed. */
async function untilClosed(socket: Socket, wait: Promise<unknown>): Promise<void> {
  const closed = socket.closed ? undefined : once(socket, 'close');
  await Promise.race([wait, closed]).catch(() => undefined);
}

const [kind = '', port, count] = process.argv.slice(2);
await kinds[kind]?.(Number(port), Number(count));
process.stdout.write('sent\n');
// Sockets that are open keep it alive; where all were closed, this does.
setInterval(() => undefined, 60_000);
