import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, request } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';

/** Where a webhook listens, and whom to trust there. */
export interface Endpoint {
  readonly port: number;
  readonly authority: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly path?: string;
  /** Headers beside, or instead of, those of the API server; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

/** The headers with which the API server calls a webhook. */
const apiServerHeaders = {
  accept: 'application/json, */*',
  'accept-encoding': 'gzip',
  'content-type': 'application/json',
  'user-agent': 'kube-apiserver-admission',
};

/** Calls a webhook as the API server does, on a connection of its own where no agent is given. */
export function call({ port, authority }: Endpoint, options: Call = {}): Promise<Answer> {
  const { method = 'POST', path = '/mutate?timeout=5s', headers = {}, body = '', agent } = options;
  const sent: Record<string, string | undefined> = {
    ...apiServerHeaders,
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      ca: authority,
      method,
      path,
      agent: agent ?? false,
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
    });
    outgoing.on('response', incoming => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const { statusCode: status = 0, headers } = incoming;
        resolve({ status, headers, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    // After an early answer the rest of a body may find its connection closed: the promise is settled then.
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Opens a connection for bytes that no HTTP client would send. It is closed when the test ends. */
export async function openConnection(
  { port, authority }: Endpoint,
  options: ConnectionOptions = {},
): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: authority, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}

/** Waits until a connection is closed, in whatever way. */
export async function closing(socket: TLSSocket): Promise<void> {
  if (!socket.closed) await new Promise(resolve => socket.once('close', resolve));
}

/** Everything that comes on a connection until it is closed. */
export async function untilClosed(socket: TLSSocket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', chunk => {
    text += chunk;
  });
  await closing(socket);
  return text;
}
