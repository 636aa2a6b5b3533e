/** What commands say on standard error where the API server is slow, or does not let them. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import { capturedOutput } from '../unit/cli/captured-output.ts';
import { type ApiAnswer, kubeconfigFile, startFakeApiServer } from './fake-api-server.ts';
import { issueTestCertificates, type TestCertificates } from './in-process-webhook.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

const names = { context: 'shop-context', namespace: 'shop', token: 'secret' };

async function run(port: string, ...args: readonly string[]) {
  const file = kubeconfigFile(certificates, port, names);
  return capturedOutput(() => runCommand([...args, '--kubeconfig', file]));
}

/** A server that takes connections and never says anything. */
async function silentPort(): Promise<string> {
  const server = createServer(socket => void onTestFinished(() => void socket.destroy()));
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return String((server.address() as AddressInfo).port);
}

const forbid: ApiAnswer = (_request, response) => {
  response.statusCode = 403;
  response.end(JSON.stringify({ kind: 'Status', message: 'x is forbidden: User "ada" cannot list x' }));
};

const lines = (text: string) => text.split('\n').filter(line => line !== '');

describe('an API server that is silent', () => {
  it.each([['check'], ['unregister'], ['validate', 'sidecars/git-sync.yaml', '--context', names.context]])(
    'is named once while it is waited for: %s',
    async (...args) => {
      const port = await silentPort();
      const { exitCode, stderr } = await run(port, ...args);
      const waiting = `sidecar-injector: waiting for 127.0.0.1:${port} …`;
      expect(lines(stderr).filter(line => line === waiting)).toHaveLength(1);
      expect(exitCode).not.toBe(0);
    },
  );

  it('is named within two seconds', async () => {
    const port = await silentPort();
    const begin = performance.now();
    let toldAfterMs = Number.POSITIVE_INFINITY;
    const command = run(port, 'version');
    // What is captured goes through the function that stands in for this one.
    const { write } = process.stderr;
    process.stderr.write = ((text: string, ...others: []) => {
      if (text.includes('waiting for')) toldAfterMs = Math.min(toldAfterMs, performance.now() - begin);
      return write.call(process.stderr, text, ...others);
    }) as typeof process.stderr.write;
    await command;
    expect(toldAfterMs).toBeLessThan(2500);
  });
});

describe('an API server that answers in time', () => {
  it('is not waited for aloud', async () => {
    const port = await startFakeApiServer(certificates, forbid);
    for (const args of [['audit'], ['check'], ['version']]) {
      expect((await run(port, ...args)).stderr).not.toContain('waiting');
    }
  });
});

describe('who lacks a right', () => {
  const page = 'docs/operations.md#rights';

  it.each([['audit'], ['status', '--sidecars', 'sidecars'], ['unregister']])(
    'is sent to the page about rights: %s',
    async (...args) => {
      const port = await startFakeApiServer(certificates, forbid);
      const { exitCode, stderr } = await run(port, ...args);
      expect(exitCode).toBe(1);
      expect(lines(stderr).at(-1)).toBe(`sidecar-injector: ${page} says which rights the commands take`);
    },
  );

  it('is sent there by what a check could not learn', async () => {
    const port = await startFakeApiServer(certificates, forbid);
    expect((await run(port, 'check')).stdout).toContain(`cannot list x; the rights: ${page}`);
  });

  it('is somebody else than whom admission refuses', async () => {
    const port = await startFakeApiServer(certificates, (_request, response) => {
      response.statusCode = 403;
      response.end(JSON.stringify({ kind: 'Status', message: 'pods "x" is forbidden: exceeded quota' }));
    });
    expect((await run(port, 'audit')).stderr).not.toContain(page);
  });
});
