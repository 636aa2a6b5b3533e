import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { listen } from './listen.ts';

/** The HTTP server for the kubelet and for Prometheus. */
export class StatusServer {
  readonly #server: Server;

  constructor(app: Express) {
    this.#server = createServer(app);
  }

  start(host: string, port: number): Promise<AddressInfo> {
    return listen(this.#server, host, port);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
