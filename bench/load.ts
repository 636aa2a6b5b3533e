/** A load of requests over TLS: keep-alive connections, one request at a time on each, as the API server does. */
import { connect, type TLSSocket } from 'node:tls';

export interface Target {
  readonly port: number;
  readonly ca: string;
  readonly body: Buffer;
  /** `/mutate` where nothing is said. */
  readonly path?: string;
}

/** What came of a load: how long each request took, in milliseconds, and how long all of it. */
export interface LoadResult {
  readonly latenciesMs: readonly number[];
  readonly elapsedMs: number;
}

/** Sends a number of requests as fast as the server answers. */
export async function saturate(target: Target, requests: number, connections: number): Promise<LoadResult> {
  const clients = await Promise.all(Array.from({ length: connections }, () => Client.connect(target)));
  const latenciesMs: number[] = [];
  let left = requests;
  const startedMs = performance.now();
  await Promise.all(
    clients.map(async client => {
      while (left-- > 0) latenciesMs.push(await client.request());
    }),
  );
  const elapsedMs = performance.now() - startedMs;
  for (const client of clients) client.close();
  return { latenciesMs, elapsedMs };
}

/** Sends requests at a steady rate, whether or not the earlier ones are answered: a slow server cannot hide. */
export async function pace(
  target: Target,
  {
    perSecond,
    seconds,
    connections,
  }: { readonly perSecond: number; readonly seconds: number; readonly connections: number },
): Promise<LoadResult> {
  const idle = await Promise.all(Array.from({ length: connections }, () => Client.connect(target)));
  const clients = [...idle];
  const waiting: number[] = [];
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  const total = perSecond * seconds;
  await new Promise<void>((resolve, reject) => {
    let sent = 0;
    const serve = () => {
      while (idle.length > 0 && waiting.length > 0) {
        // In turns: a server may close a connection that nobody uses.
        const client = idle.shift() as Client;
        const dueMs = waiting.shift() as number;
        client.request().then(() => {
          latenciesMs.push(performance.now() - dueMs);
          idle.push(client);
          if (latenciesMs.length === total) resolve();
          else serve();
        }, reject);
      }
    };
    const tick = () => {
      const nowMs = performance.now();
      while (sent < total && startedMs + (sent * 1000) / perSecond <= nowMs) {
        waiting.push(startedMs + (sent * 1000) / perSecond);
        sent++;
      }
      serve();
      if (sent < total) setImmediate(tick);
    };
    tick();
  });
  for (const client of clients) client.close();
  return { latenciesMs, elapsedMs: performance.now() - startedMs };
}

/** A client that costs little: the request is one ready-made buffer, of the answer only the length is read. */
class Client {
  readonly #socket: TLSSocket;
  readonly #message: Buffer;
  #answered: ((error?: Error) => void) | undefined;
  #head = '';
  #bodyLeft = -1;

  private constructor(socket: TLSSocket, { port, body, path = '/mutate' }: Target) {
    this.#socket = socket;
    const head = `POST ${path}?timeout=5s HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\nAccept: application/json, */*\r\nUser-Agent: kube-apiserver-admission\r\nContent-Length: ${body.length}\r\n\r\n`;
    this.#message = Buffer.concat([Buffer.from(head), body]);
    socket.on('data', chunk => this.#take(chunk));
    socket.on('error', error => this.#answered?.(error));
    socket.on('close', () => this.#answered?.(new Error('the server closed the connection')));
  }

  static connect(target: Target): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect(
        { host: '127.0.0.1', port: target.port, ca: target.ca, servername: 'localhost' },
        () => resolve(new Client(socket, target)),
      );
      socket.setNoDelay(true);
      socket.once('error', reject);
    });
  }

  /** Sends the request; resolves with the milliseconds until its answer was complete. */
  async request(): Promise<number> {
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
