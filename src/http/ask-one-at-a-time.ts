import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/**
 * Has a server ask clients for a certificate that requires none, one handshake at a time, and tells whether it was shown.
 * What a client shows is kept as long as its connection, and may be a hundred kilobytes, ten times that when it is parsed:
 * with 300 connections at once more than the memory of the pod. So the next is not asked before the handshake of the last
 * is over, nor before its connection is, where it sent much. Nobody is refused.
 *
 * @returns whether a connection showed a certificate; undefined where it was not asked.
 */
export function askOneAtATime(server: Server): (connection: Socket) => boolean | undefined {
  const answers = new WeakMap<Socket, boolean>();
  // Of each connection Node.js reads this property of the server before its handshake.
  const asking = server as Server & { requestCert: boolean };
  let asked: Socket | undefined;
  server.prependListener('connection', (socket: Socket) => {
    asking.requestCert = asked === undefined;
    if (asked !== undefined) return;
    asked = socket;
    socket.once('close', () => {
      if (asked === socket) asked = undefined;
    });
  });
  server.on('secureConnection', connection => {
    if (asked === undefined || !isSameClient(asked, connection)) return;
    // Who resumes a session is not asked again.
    if (!connection.isSessionReused()) {
      answers.set(connection, connection.getPeerX509Certificate() !== undefined);
    }
    if (asked.bytesRead <= maxKeptBytes) asked = undefined;
  });
  return connection => answers.get(connection);
}

/** A handshake with one certificate of RSA takes half of it. Of small ones it has room for six, which take 40 kB of memory. */
const maxKeptBytes = 4 * 1024;

function isSameClient(one: Socket, other: Socket): boolean {
  return one.remotePort === other.remotePort && one.remoteAddress === other.remoteAddress;
}
