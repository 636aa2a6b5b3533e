import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackgroundProgram } from '../../../test/e2e/background-program.ts';
import { findFreePorts } from '../../../test/e2e/free-ports.ts';
import { tool } from '../../tools/tool.ts';

/** What Prometheus gives for an expression over time: https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries */
export interface RangeResult {
  readonly metric: Readonly<Record<string, string>>;
  /** Unix time in seconds, and the value as a text. */
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

export interface Range {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly stepSeconds: number;
}

/** A Prometheus on loopback, with its files in a directory that somebody else removes. */
export class Prometheus {
  readonly #directory: string;
  readonly #scrapeConfigs: readonly object[];
  readonly #intervalSeconds: number;
  #program: BackgroundProgram | undefined;
  #url = '';

  constructor(directory: string, intervalSeconds: number, scrapeConfigs: readonly object[]) {
    this.#directory = directory;
    this.#intervalSeconds = intervalSeconds;
    this.#scrapeConfigs = scrapeConfigs;
  }

  /** Resolves when it can be asked. Where this machine has none yet, it is built first. */
  async start(): Promise<void> {
    const file = tool('prometheus');
    const [port] = await findFreePorts(1);
    const interval = `${this.#intervalSeconds}s`;
    const config = {
      global: { scrape_interval: interval, scrape_timeout: interval },
      scrape_configs: this.#scrapeConfigs,
    };
    const configFile = join(this.#directory, 'prometheus.json');
    // It may hold a token, and JSON is YAML too.
    await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
    this.#url = `http://127.0.0.1:${port}`;
    this.#program = new BackgroundProgram({
      name: 'prometheus',
      file,
      args: [
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${join(this.#directory, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      logFile: join(this.#directory, 'prometheus.log'),
      env: process.env,
    });
    this.#program.start();
    await this.#program.waitFor(
      'readiness',
      async () => (await this.#get('/-/ready')).ok || undefined,
      30_000,
    );
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  /**
   * Evaluates an expression over time.
   *
   * @throws Error with what Prometheus says, where it cannot.
   */
  async range(
    expression: string,
    { startSeconds, endSeconds, stepSeconds }: Range,
  ): Promise<readonly RangeResult[]> {
    const parameters = new URLSearchParams({
      query: expression,
      start: String(startSeconds),
      end: String(endSeconds),
      step: String(stepSeconds),
    });
    const response = await this.#get(`/api/v1/query_range?${parameters}`);
    const { status, data, error } = JSON.parse(await response.text());
    if (status !== 'success') throw new Error(`${expression}: Prometheus says "${error}"`);
    return data.result;
  }

  #get(path: string): Promise<Response> {
    return fetch(`${this.#url}${path}`, { signal: AbortSignal.timeout(10_000) });
  }
}
