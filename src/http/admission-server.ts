import { constants } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Express } from 'express';
import { askOneAtATime } from './ask-one-at-a-time.ts';
import { boundConnections, type ServerBounds } from './bound-connections.ts';
import type { OnDrop } from './dropped.ts';
import { listen } from './listen.ts';
import { messageClassesOf } from './message-classes.ts';
import { type CertificatesShown, ShownCertificates } from './shown-certificates.ts';
import type { UnfinishedBounds, UnfinishedRequests } from './unfinished-requests.ts';

/** A certificate chain and its private key, both in PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface AdmissionServerOptions {
  readonly unfinished: UnfinishedRequests;
  readonly onDrop: OnDrop;
  /** The authorities, in PEM, one of which must have signed the certificate of a client; undefined: none has to. */
  readonly clientAuthorities?: string | undefined;
  /** Those of the program, where a test says nothing else. */
  readonly bounds?: ServerBounds;
}

/** A tenth of a mebibyte for each connection, at the most. The API server has one for each admission that is under way. */
const admissionBounds: ServerBounds = { maximum: 300, newcomers: 75, handshakes: 250, pipelined: 16 };

/**
 * Three bodies of the greatest size, or a block for each of 384. With 100 MiB under load, 70 for connections and handshakes,
 * and what has not been collected yet, that stays below the 256 MiB of the pod; docs/reliability.md has the figures.
 */
export const unfinishedBounds: UnfinishedBounds = { maxBytes: 24 * 1024 * 1024, maxAgeMs: 20_000 };

/**
 * The API server keeps idle connections for 90 s and does not repeat a POST. The client must be the one who closes: a
 * server that closes first now and then does so just when a request arrives.
 */
const keepAliveTimeoutMs = 120_000;

/** What TLS 1.2 may agree on: a key of its own for each connection, and encryption that also authenticates. */
const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].flatMap(cipher => [
    `ECDHE-ECDSA-${cipher}`,
    `ECDHE-RSA-${cipher}`,
  ]),
].join(':');

/** Nobody needs to negotiate again, and whoever does it without end costs a handshake each time. */
const secureOptions = constants.SSL_OP_NO_RENEGOTIATION;

const tlsSettings = { minVersion: 'TLSv1.2', ciphers, secureOptions } as const;

/** The HTTPS server that the API server talks to. */
export class AdmissionServer {
  readonly #server: Server;
  readonly #unfinished: UnfinishedRequests;
  readonly #closeHandshakes: () => void;
  #certificate: ServerCertificate | undefined;
  #clientAuthorities: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #shown = new ShownCertificates(() => performance.now());
  /** Ports from which this program shakes hands with itself. */
  readonly #ownPorts = new Set<number>();

  constructor(app: Express, options: AdmissionServerOptions) {
    const { unfinished, onDrop, clientAuthorities, bounds = admissionBounds } = options;
    this.#unfinished = unfinished;
    this.#clientAuthorities = clientAuthorities;
    this.#server = createServer({
      ...messageClassesOf(app),
      ...tlsSettings,
      // A client without a certificate that fits is closed by the handshake: nothing of what it sends is read.
      requestCert: clientAuthorities !== undefined,
      rejectUnauthorized: clientAuthorities !== undefined,
      handshakeTimeout: 10_000,
      keepAliveTimeout: keepAliveTimeoutMs,
      // The API server gives a webhook 30 s at the most.
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: checkIntervalMs,
      maxHeaderSize: 16 * 1024,
    });
    // Where none has to fit, an operator learns all the same whether the API server would show one.
    const hasShown = clientAuthorities === undefined ? askOneAtATime(this.#server) : () => true;
    const onAnswered = (socket: Socket) => {
      const isShown = hasShown(socket);
      if (isShown !== undefined) this.#shown.note(isShown);
    };
    this.#closeHandshakes = boundConnections(this.#server, { bounds, handle: app, onDrop, onAnswered });
    this.#server.on('connection', (socket: Socket) => {
      const { remotePort = 0 } = socket;
      socket.once('close', () => this.#ownPorts.delete(remotePort));
    });
    this.#server.on('tlsClientError', ({ code }: NodeJS.ErrnoException, socket: Socket) => {
      if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') onDrop('slow');
      if (code !== 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') return;
      if (!this.#ownPorts.has(socket.remotePort ?? 0)) onDrop('no-client-certificate');
    });
  }

  start(host: string, port: number): Promise<AddressInfo> {
    this.#timer = setInterval(() => this.#unfinished.expire(), checkIntervalMs);
    return listen(this.#server, host, port);
  }

  /** New connections get this certificate from now on; those that are open keep theirs. Before the first, none succeeds. */
  setCertificate(certificate: ServerCertificate): void {
    this.#certificate = certificate;
    this.#renewContext();
  }

  /** New connections are asked for a certificate that one of these has signed. */
  setClientAuthorities(authorities: string): void {
    this.#clientAuthorities = authorities;
    this.#renewContext();
  }

  /** With it come new keys for tickets: nobody resumes a session that an earlier authority has let in. */
  #renewContext(): void {
    if (this.#certificate === undefined) return;
    // None: nobody's authorities are named in the handshake, nor those that the machine trusts.
    const ca = this.#clientAuthorities ?? [];
    this.#server.setSecureContext({ ...this.#certificate, ...tlsSettings, ca });
  }

  /** Whether the API server shows a certificate, and whether it has to. */
  get clientCertificates(): { readonly areRequired: boolean; readonly shown: CertificatesShown } {
    return { areRequired: this.#clientAuthorities !== undefined, shown: this.#shown.state };
  }

  /** A handshake from this port of this machine is our own: that it ends without a certificate is no refusal. */
  expectOwnHandshake(port: number): void {
    this.#ownPorts.add(port);
  }

  /** Takes no more connections and waits for the requests in flight, but no longer than until `isUrgent` or ten seconds. */
  async stop(isUrgent: Promise<void>): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    const closeAll = () => {
      this.#server.closeAllConnections();
      this.#closeHandshakes();
    };
    void isUrgent.then(closeAll);
    const timer = setTimeout(closeAll, stopTimeoutMs);
    await closed;
    clearTimeout(timer);
    clearInterval(this.#timer);
  }
}

const checkIntervalMs = 1000;
const stopTimeoutMs = 10_000;
