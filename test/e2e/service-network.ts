/**
 * Stands in for the network of the cluster: what the API server sends to the address of a Service arrives at the port
 * where the test has put the program. The API server is told to dial the cluster through here, as it is where
 * Konnectivity connects control plane and nodes, so that `deploy/` needs neither a change nor a port of its own.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Loopback ports by the `host:port` that the API server dials. */
export type Endpoints = Readonly<Record<string, number>>;

export class ServiceNetwork {
  readonly #socketPath: string;
  readonly #endpointsFile: string;
  readonly #server: Server;

  constructor(socketPath: string, endpointsFile: string) {
    this.#socketPath = socketPath;
    this.#endpointsFile = endpointsFile;
    this.#server = createServer();
    this.#server.on('connect', (request, client) => void this.#tunnel(request, client));
  }

  async start(): Promise<void> {
    this.#server.listen(this.#socketPath);
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #tunnel({ url = '' }: IncomingMessage, client: Duplex): Promise<void> {
    const port = await this.#portOf(url).catch(() => undefined);
    if (port === undefined) {
      client.end(`HTTP/1.1 503 no endpoints for ${url}\r\n\r\n`);
      return;
    }
    const program = connect({ host: '127.0.0.1', port });
    let isOpen = false;
    program.once('connect', () => {
      isOpen = true;
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      program.pipe(client).pipe(program);
    });
    program.once('error', () => {
      if (isOpen) client.destroy();
      else client.end('HTTP/1.1 502 connection refused\r\n\r\n');
    });
    program.once('close', () => client.end());
    client.once('error', () => program.destroy());
    client.once('close', () => program.destroy());
  }

  async #portOf(url: string): Promise<number | undefined> {
    const endpoints = JSON.parse(await readFile(this.#endpointsFile, 'utf8')) as Endpoints;
    return endpoints[url];
  }
}
