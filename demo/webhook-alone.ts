import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackgroundProgram } from '../test/e2e/background-program.ts';
import { findFreePorts } from '../test/e2e/free-ports.ts';
import { cleanEnvironment, program } from '../test/e2e/installation.ts';

/** The webhook without a cluster, as `npm start` runs it. */
export interface WebhookAlone {
  /** With its certificates, and room for other files. */
  readonly directory: string;
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** Of health, metrics and the playground: `http://127.0.0.1:PORT`. */
  readonly statusUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts it on free ports of loopback, and waits until it listens. */
export async function startWebhook(): Promise<WebhookAlone> {
  const directory = await mkdtemp(join(tmpdir(), 'sidecar-injector-demo-'));
  const [port, statusPort] = await findFreePorts(2);
  const addresses = [`--listen=127.0.0.1:${port}`, `--status-listen=127.0.0.1:${statusPort}`];
  const webhook = new BackgroundProgram({
    name: 'sidecar-injector',
    file: process.execPath,
    args: [program, 'serve', `--certs=${directory}`, '--log-format=json', ...addresses],
    logFile: join(directory, 'log'),
    env: cleanEnvironment,
  });
  const stop = async () => {
    await webhook.stop();
    await rm(directory, { recursive: true, force: true });
  };
  webhook.start();
  try {
    const isListening = async () => webhook.log.includes('"listening"') || undefined;
    await webhook.waitFor('start', isListening, startTimeoutMs);
    return { directory, url: `https://127.0.0.1:${port}`, statusUrl: `http://127.0.0.1:${statusPort}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const startTimeoutMs = 30_000;
