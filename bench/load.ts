import { LoadClient, type Target } from './load-client.ts';

/** What came of a load: how long each request took, in milliseconds, and how long all of it. */
export interface LoadResult {
  readonly latenciesMs: readonly number[];
  readonly elapsedMs: number;
}

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
}

/** A load over TLS: connections that stay open, one request at a time on each, as the API server does. */
export class Load {
  readonly #clients: readonly LoadClient[];

  private constructor(clients: readonly LoadClient[]) {
    this.#clients = clients;
  }

  static async connect(target: Target, connections: number): Promise<Load> {
    return new Load(await Promise.all(Array.from({ length: connections }, () => LoadClient.connect(target))));
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  /** Sends a number of requests as fast as the server answers. */
  async saturate(requests: number): Promise<LoadResult> {
    const latenciesMs: number[] = [];
    let left = requests;
    const startedMs = performance.now();
    await Promise.all(
      this.#clients.map(async client => {
        while (left-- > 0) latenciesMs.push(await client.request());
      }),
    );
    return { latenciesMs, elapsedMs: performance.now() - startedMs };
  }

  /** Sends requests at a steady rate, whether or not the earlier ones are answered: a slow server cannot hide. */
  async pace({ perSecond, seconds }: Pace): Promise<LoadResult> {
    const idle = [...this.#clients];
    const waiting: number[] = [];
    const latenciesMs: number[] = [];
    const startedMs = performance.now();
    const total = perSecond * seconds;
    await new Promise<void>((resolve, reject) => {
      let sent = 0;
      const serve = () => {
        while (idle.length > 0 && waiting.length > 0) {
          // In turns: a server may close a connection that nobody uses.
          const client = idle.shift() as LoadClient;
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
    return { latenciesMs, elapsedMs: performance.now() - startedMs };
  }
}
