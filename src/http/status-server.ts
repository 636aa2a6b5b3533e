import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { boundConnections, type ServerBounds } from './bound-connections.ts';
import type { OnDrop } from './dropped.ts';
import { listen } from './listen.ts';

/** The kubelet opens a connection for each probe, Prometheus keeps one. */
const statusBounds: ServerBounds = { maximum: 100, newcomers: 50, pipelined: 16 };

/** The HTTP server for the kubelet and for Prometheus. */
export class StatusServer {
  readonly #server: Server;

  constructor(app: Express, onDrop: OnDrop, bounds = statusBounds) {
    this.#server = createServer({
      headersTimeout: 5000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16 * 1024,
    });
    // Also for answers that nobody takes.
    this.#server.timeout = 15_000;
    boundConnections(this.#server, { bounds, handle: app, onDrop });
  }

  start(host: string, port: number): Promise<AddressInfo> {
    return listen(this.#server, host, port);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
