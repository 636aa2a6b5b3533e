import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type ConnectionBounds, Connections } from './connections.ts';
import type { OnDrop } from './dropped.ts';

/** What one server takes at the same time. */
export interface ServerBounds extends ConnectionBounds {
  /** Connections whose TLS handshake is not over; undefined for a server without TLS. */
  readonly handshakes?: number;
  /** Requests that were sent on one connection without waiting for answers; the API server sends one. */
  readonly pipelined: number;
}

export interface BoundServerOptions {
  readonly bounds: ServerBounds;
  /** Gets the requests; the server must have no other listener for them. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onDrop: OnDrop;
  /** Told of the connection of each request that got an answer which is no refusal. */
  readonly onAnswered?: (socket: Socket) => void;
}

/**
 * Bounds the connections of a server and the requests that wait on each. `server.maxConnections` of Node.js would close
 * the newest, which is the wrong one: see `Connections`.
 *
 * @returns what closes the connections that the server's own `closeAllConnections` does not know of.
 */
export function boundConnections(
  server: HttpServer | HttpsServer,
  { bounds, handle, onDrop, onAnswered }: BoundServerOptions,
): () => void {
  const { handshakes } = bounds;
  const connections = new Connections<Socket>(bounds, { onDrop: () => onDrop('connections') });
  const waiting = new WeakMap<Socket, number>();
  const closeHandshakes =
    handshakes === undefined ? () => undefined : boundHandshakes(server, handshakes, onDrop);
  server.on(handshakes === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections.open(socket);
    socket.once('close', () => connections.close(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // A request that was in the same packet as the one that was too many.
    if (socket.destroyed) return;
    const count = (waiting.get(socket) ?? 0) + 1;
    if (count > bounds.pipelined) {
      socket.destroy();
      onDrop('pipeline');
      return;
    }
    waiting.set(socket, count);
    connections.use(socket);
    response.once('close', () => {
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
      if (!response.writableFinished || response.statusCode >= 400) return;
      connections.prove(socket);
      onAnswered?.(socket);
    });
    handle(request, response);
  });
  return closeHandshakes;
}

/** A handshake that never ends holds memory as a connection does, and nobody has yet said anything on it. */
function boundHandshakes(server: HttpServer | HttpsServer, maximum: number, onDrop: OnDrop): () => void {
  const silent = new WeakSet<Socket>();
  // To open connections costs a stranger less than anything else, and would push an honest handshake out in a moment.
  const handshakes = new Connections<Socket>(
    { maximum, newcomers: 0 },
    { onDrop: () => onDrop('handshakes'), isSilent: socket => silent.has(socket) && socket.bytesRead === 0 },
  );
  // The server tells of the end of a handshake with another socket than that of its beginning; both know the client.
  const byPeer = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    handshakes.open(socket);
    byPeer.set(peer, socket);
    // Not before what has come meanwhile was read: an immediate runs after that, a timer does not.
    setTimeout(() => setImmediate(() => silent.add(socket)), silentAfterMs).unref();
    socket.once('close', () => {
      handshakes.close(socket);
      if (byPeer.get(peer) === socket) byPeer.delete(peer);
    });
  });
  server.on('secureConnection', (socket: Socket) => {
    const raw = byPeer.get(peerOf(socket));
    if (raw !== undefined) handshakes.close(raw);
  });
  return () => handshakes.destroyAll();
}

/** An honest client speaks as soon as it is connected. */
const silentAfterMs = 20;

function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
