/** An HTTP proxy for which every host is this one, so that a name that nobody can resolve proves that it was used. */
import {
  createServer,
  type IncomingMessage,
  request as requestOf,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';

/** Sends what is plain to one port of this host, and what is to be tunnelled to another. */
export function createProxy(httpPort: number, httpsPort: number): Server {
  const server = createServer((request, response) => forward(request, response, httpPort));
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    console.log(`proxy CONNECT ${request.url}`);
    const upstream = connect(httpsPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.once('error', () => client.destroy());
    client.once('error', () => upstream.destroy());
  });
  return server;
}

function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  console.log(`proxy ${request.method} ${request.url}`);
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const { method, headers } = request;
  const onward = requestOf({ port, host: '127.0.0.1', path: pathname + search, method, headers }, answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.once('error', () => response.destroy());
  request.pipe(onward);
}
