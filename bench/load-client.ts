import { connect, type TLSSocket } from 'node:tls';
import type { ReviewBody } from './varying-review.ts';

export interface Target {
  readonly port: number;
  /** PEM of the authority to trust. */
  readonly authority: string;
  readonly body: ReviewBody;
  /** `/mutate` where nothing is said. */
  readonly path?: string;
}

/**
 * A client that costs little: the request is one buffer, in which only what differs is written anew, and of the answer
 * only the length is read.
 */
export class LoadClient {
  readonly #socket: TLSSocket;
  readonly #message: Buffer;
  readonly #headLength: number;
  readonly #body: ReviewBody;
  #answered: ((error?: Error) => void) | undefined;
  #head = '';
  #bodyLeft = -1;

  private constructor(socket: TLSSocket, { port, body, path = '/mutate' }: Target) {
    this.#socket = socket;
    const head = `POST ${path}?timeout=5s HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\nAccept: application/json, */*\r\nUser-Agent: kube-apiserver-admission\r\nContent-Length: ${body.bytes.length}\r\n\r\n`;
    this.#message = Buffer.concat([Buffer.from(head), body.bytes]);
    this.#headLength = head.length;
    this.#body = body;
    socket.on('data', chunk => this.#take(chunk));
    socket.on('error', error => this.#answered?.(error));
    socket.on('close', () => this.#answered?.(new Error('the server closed the connection')));
  }

  static connect(target: Target): Promise<LoadClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(
        { host: '127.0.0.1', port: target.port, ca: target.authority, servername: 'localhost' },
        () => resolve(new LoadClient(socket, target)),
      );
      socket.setNoDelay(true);
      socket.once('error', reject);
    });
  }

  /** Sends the request; resolves with the milliseconds until its answer was complete. */
  async request(): Promise<number> {
    // The one before has been answered, so all of it was sent.
    this.#body.vary?.(this.#message, this.#headLength);
    if (this.#socket.destroyed) throw new Error('the server has closed the connection');
    const startedMs = performance.now();
    await new Promise<void>((resolve, reject) => {
      this.#answered = error => (error ? reject(error) : resolve());
      this.#socket.write(this.#message);
    });
    return performance.now() - startedMs;
  }

  close(): void {
    this.#answered = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#bodyLeft >= 0) {
      this.#bodyLeft -= chunk.length;
    } else {
      this.#head += chunk.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const status = this.#head.slice(9, 12);
      const length = /content-length: (\d+)/i.exec(this.#head)?.[1];
      if (status !== '200' || length === undefined) return this.#answered?.(new Error(this.#head));
      this.#bodyLeft = Number(length) - (this.#head.length - end - 4);
    }
    if (this.#bodyLeft > 0) return;
    this.#bodyLeft = -1;
    this.#head = '';
    this.#answered?.();
  }
}
