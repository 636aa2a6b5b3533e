/** A way to the API server that can be cut, or fall silent, as networks do. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { writeServiceAccountKubeconfig } from './service-account-kubeconfig.ts';
import { controlPlane, kubectl } from './suite.ts';

export class BreakableConnection {
  readonly #target: URL;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #isCut = false;
  /** Where a kubeconfig of the injector is that leads through here. */
  kubeconfig = '';

  constructor(target: URL) {
    this.#target = target;
    this.#server = createServer(socket => this.#join(socket));
  }

  #join(socket: Socket): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname);
    for (const end of [socket, upstream]) {
      end.on('error', () => undefined);
      end.once('close', () => {
        this.#open.delete(end);
        socket.destroy();
        upstream.destroy();
      });
      this.#open.add(end);
    }
    if (this.#isCut) socket.resetAndDestroy();
    else socket.pipe(upstream).pipe(socket);
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    this.kubeconfig = join(controlPlane().directory, `kubeconfig-by-${port}`);
    await writeServiceAccountKubeconfig(kubectl, controlPlane(), this.kubeconfig);
    const config = JSON.parse(await readFile(this.kubeconfig, 'utf8'));
    config.clusters[0].cluster.server = `https://127.0.0.1:${port}`;
    await writeFile(this.kubeconfig, JSON.stringify(config));
  }

  /** Ends all connections, and each new one, until it is mended. */
  cut(): void {
    this.#isCut = true;
    this.breakOff();
  }

  /** Ends all connections; new ones are let through. */
  breakOff(): void {
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  /** Nothing comes through the connections that are open now, and nobody is told. New ones are let through. */
  silence(): void {
    for (const socket of this.#open) {
      socket.unpipe();
      socket.pause();
    }
  }

  stop(): void {
    this.#server.close();
    this.breakOff();
  }
}

export async function openBreakableConnection(): Promise<BreakableConnection> {
  const { clusters } = JSON.parse(await readFile(controlPlane().kubeconfig, 'utf8'));
  const connection = new BreakableConnection(new URL(clusters[0].cluster.server));
  await connection.start();
  return connection;
}
