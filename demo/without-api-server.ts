import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackgroundProgram } from '../test/e2e/background-program.ts';
import { findFreePorts } from '../test/e2e/free-ports.ts';
import { cleanEnvironment, program, projectDirectory } from '../test/e2e/installation.ts';
import { say, show, type Terminal } from './transcript.ts';

/** What can be shown without an API server: the webhook, and its answer to a review as the API server sends it. */
export async function showWebhookAlone(missing: string, signal: AbortSignal): Promise<void> {
  say(`Left out: the API server, so no kubectl and no rollout (${missing}).`);
  say('The webhook alone, answering a review of an annotated pod:');
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
  webhook.start();
  try {
    const isListening = async () => webhook.log.includes('"listening"') || undefined;
    await webhook.waitFor('start', isListening, startTimeoutMs);
    const terminal: Terminal = { directory: projectDirectory, env: cleanEnvironment, signal };
    const command = [
      `curl --silent --show-error --cacert ${directory}/ca.crt --header 'content-type: application/json'`,
      `  --data-binary @docs/examples/review.json https://127.0.0.1:${port}/mutate |`,
      `  node -p 'Buffer.from(JSON.parse(require("fs").readFileSync(0)).response.patch, "base64").toString()'`,
    ];
    await show(terminal, `${command.slice(0, 2).join(' \\\n')}\n${command.slice(2).join('\n')}`, {
      shows: ['"op":"add","path":"/spec/initContainers"', '"name":"git-sync"'],
    });
  } finally {
    await webhook.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

const startTimeoutMs = 30_000;
