/**
 * Stands in for the network of the cluster: what the API server sends to the address of a Service arrives at the port
 * where the test has put the program. The API server is told to dial the cluster through here, as it is where
 * Konnectivity connects control plane and nodes, so that `deploy/` needs neither a change nor a port of its own.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Loopback ports, of one program for each replica, by the `host:port` that the API server dials. */
export type Endpoints = Readonly<Record<string, readonly number[]>>;

export class ServiceNetwork {
  readonly #socketPath: string;
  readonly #endpointsFile: string;
  readonly #server: Server;
  #count = 0;

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
    const ports = await this.#portsOf(url).catch(() => []);
    client.once('error', () => client.destroy());
    const program = await connectToAny(ports);
    if (program === undefined) {
      const problem = ports.length === 0 ? `503 no endpoints for ${url}` : '502 connection refused';
      client.end(`HTTP/1.1 ${problem}\r\n\r\n`);
      return;
    }
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    program.pipe(client).pipe(program);
    program.once('error', () => client.destroy());
    program.once('close', () => client.end());
    client.once('close', () => program.destroy());
  }

  /** Each connection goes to the next replica, as a Service spreads them. */
  async #portsOf(url: string): Promise<readonly number[]> {
    const endpoints = JSON.parse(await readFile(this.#endpointsFile, 'utf8')) as Endpoints;
    const ports = endpoints[url] ?? [];
    const first = this.#count++ % Math.max(1, ports.length);
    return [...ports.slice(first), ...ports.slice(0, first)];
  }
}

/** A replica that refuses connections is gone, and no longer an endpoint of its Service. */
async function connectToAny(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    // As the API server itself dials: what comes in two parts would else wait 40 ms for an acknowledgement of the first.
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    if (isOpen) return socket;
  }
  return undefined;
}
