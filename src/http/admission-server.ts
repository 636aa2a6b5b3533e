import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { listen } from './listen.ts';
import { messageClassesOf } from './message-classes.ts';

/** A certificate chain and its private key, both in PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * The API server keeps idle connections for 90 s and does not repeat a POST. The client must be the one who closes: a
 * server that closes first now and then does so just when a request arrives.
 */
const keepAliveTimeoutMs = 120_000;

/** The HTTPS server that the API server talks to. */
export class AdmissionServer {
  readonly #server: Server;

  constructor(app: Express) {
    this.#server = createServer(
      {
        ...messageClassesOf(app),
        minVersion: 'TLSv1.2',
        keepAliveTimeout: keepAliveTimeoutMs,
        // The API server gives a webhook 30 s at the most.
        headersTimeout: 10_000,
        requestTimeout: 30_000,
      },
      app,
    );
  }

  start(host: string, port: number): Promise<AddressInfo> {
    return listen(this.#server, host, port);
  }

  /** New connections get this certificate from now on; those that are open keep theirs. Before the first, none succeeds. */
  setCertificate(certificate: ServerCertificate): void {
    this.#server.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' });
  }

  /** Takes no more connections and waits for the requests in flight, but no longer than until `isUrgent` or ten seconds. */
  async stop(isUrgent: Promise<void>): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    const closeAll = () => this.#server.closeAllConnections();
    void isUrgent.then(closeAll);
    const timer = setTimeout(closeAll, stopTimeoutMs);
    await closed;
    clearTimeout(timer);
  }
}

const stopTimeoutMs = 10_000;
