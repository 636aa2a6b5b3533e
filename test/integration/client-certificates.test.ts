import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { issueAuthority, type KeyPair } from '../../src/tls/issue-certificate.ts';
import { shakeHands } from '../../src/tls/shake-hands.ts';
import { issueClientCertificate } from '../sidecars/client-certificate.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { issueTestCertificates, startInProcess, type TestCertificates } from './in-process-webhook.ts';
import { makeLocalCertificates } from './local-certificates.ts';
import { annotatedPod, reviewOf } from './reviews.ts';
import { call, type Endpoint } from './webhook-client.ts';
import { startProgram, WebhookProcess } from './webhook-process.ts';

const body = reviewOf(annotatedPod);

let certificates: TestCertificates;
let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;
let clients: { readonly authority: KeyPair; readonly pair: KeyPair };
let others: { readonly authority: KeyPair; readonly pair: KeyPair };

async function issueClients() {
  const authority = await issueAuthority({ now: new Date(), days: 1 });
  return { authority, pair: await issueClientCertificate(authority, { commonName: 'kube-apiserver' }) };
}

beforeAll(async () => {
  [certificates, certs, clients, others] = await Promise.all([
    issueTestCertificates(),
    makeLocalCertificates(),
    issueClients(),
    issueClients(),
  ]);
});
afterAll(() => certs.remove());

/** The status that a client gets with this certificate, or what is wrong. */
async function statusWith(endpoint: Endpoint, pair?: KeyPair, versions = {}): Promise<number | string> {
  const agent = new Agent({ ...pair, ...versions, maxCachedSessions: 0 });
  try {
    return (await call(endpoint, { agent, body })).status;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    agent.destroy();
  }
}

const isRefused = expect.stringMatching(/alert|socket hang up|ECONNRESET|disconnected|EPIPE/i);

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('with a client CA, over %s,', version => {
  const versions = { minVersion: version, maxVersion: version };

  it('only who shows a certificate of it is read', async () => {
    const webhook = await startInProcess(certificates, { clientAuthorities: clients.authority.cert });
    expect(await statusWith(webhook, clients.pair, versions)).toBe(200);
    expect(await statusWith(webhook, undefined, versions)).toEqual(isRefused);
    expect(await statusWith(webhook, others.pair, versions)).toEqual(isRefused);
    expect(await statusWith(webhook, certificates.first, versions), 'its own certificate').toEqual(isRefused);
    expect(webhook.records).toHaveLength(1);
    expect(webhook.failures).toEqual([]);
    expect(webhook.drops).toContain('no-client-certificate');
  });

  it('nothing is kept of what others send before they are refused', async () => {
    const webhook = await startInProcess(certificates, { clientAuthorities: clients.authority.cert });
    const socket = connect({ host: '127.0.0.1', port: webhook.port, ca: webhook.authority, ...versions });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined).resume();
    socket.write(
      'POST /mutate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n',
    );
    socket.write('x'.repeat(800_000));
    await once(socket, 'close').catch(() => undefined);
    expect(webhook.unfinished.bytes).toBe(0);
    expect(webhook.failures).toEqual([]);
  });
});

describe('with a client CA', () => {
  it('the replica still shakes hands with itself, as --tls managed does before it is ready', async () => {
    const webhook = await startInProcess(certificates, { clientAuthorities: clients.authority.cert });
    const { port, authority } = webhook;
    expect(await shakeHands({ host: '127.0.0.1', port }, authority, 'localhost')).toBeUndefined();
    expect(webhook.server.clientCertificates).toEqual({ areRequired: true, shown: 'unknown' });
    const stranger = others.authority.cert;
    expect(await shakeHands({ host: '127.0.0.1', port }, stranger, 'localhost')).toMatch(/certificate/);
  });

  it('that handshake is no refusal, and another without a certificate is one', async () => {
    const webhook = await startInProcess(certificates, { clientAuthorities: clients.authority.cert });
    const { port, authority, server, drops } = webhook;
    const ports: number[] = [];
    const onConnect = (from: number) => void ports.push(from);
    await shakeHands({ host: '127.0.0.1', port, onConnect }, authority, 'localhost');
    expect(ports).toEqual([expect.any(Number)]);
    // One that stays until it is refused, so that the server has seen all of it.
    const socket = connect({ host: '127.0.0.1', port, ca: authority, servername: 'localhost' });
    socket.once('connect', () => server.expectOwnHandshake(socket.localPort ?? 0));
    socket.on('error', () => undefined).resume();
    await once(socket, 'close').catch(() => undefined);
    expect(drops).toEqual([]);
    expect(await statusWith(webhook, undefined)).toEqual(isRefused);
    expect(drops).toEqual(['no-client-certificate']);
  });

  it('a session of before does not let anybody in after it was replaced', async () => {
    const webhook = await startInProcess(certificates, { clientAuthorities: clients.authority.cert });
    const { port, authority: ca } = webhook;
    const open = async (options: object): Promise<TLSSocket> => {
      const socket = connect({ host: '127.0.0.1', port, ca, ...options });
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      await once(socket, 'secureConnect');
      return socket;
    };
    const first = await open(clients.pair);
    const [session] = await once(first, 'session');
    webhook.server.setClientAuthorities(others.authority.cert);
    const again = await open({ ...clients.pair, session });
    expect(again.isSessionReused()).toBe(false);
    again.resume();
    if (!again.closed) await once(again, 'close').catch(() => undefined);
    expect(await statusWith(webhook, others.pair)).toBe(200);
  });
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('without a client CA, over %s,', version => {
  const versions = { minVersion: version, maxVersion: version };

  it('everybody is read, and it is known who shows a certificate', async () => {
    const webhook = await startInProcess(certificates);
    const { server } = webhook;
    expect(server.clientCertificates).toEqual({ areRequired: false, shown: 'unknown' });
    expect(await statusWith(webhook, clients.pair, versions)).toBe(200);
    expect(server.clientCertificates.shown).toBe('always');
    expect(await statusWith(webhook, undefined, versions)).toBe(200);
    expect(server.clientCertificates.shown).toBe('sometimes');
    expect(webhook.drops).toEqual([]);
  });

  it('one handshake is asked at a time, and who sends much holds that place while it is connected', async () => {
    const webhook = await startInProcess(certificates);
    const { port, authority: ca, server } = webhook;
    const { authority, pair } = clients;
    const open = async (cert: string) => {
      const socket = connect({
        host: '127.0.0.1',
        port,
        ca,
        servername: 'localhost',
        ...pair,
        cert,
        ...versions,
      });
      onTestFinished(() => void socket.destroy());
      await once(socket, 'secureConnect');
      return socket;
    };
    const greatest = await open(`${pair.cert}${authority.cert.repeat(20)}`);
    await open(pair.cert);
    expect(await statusWith(webhook, clients.pair, versions)).toBe(200);
    expect(server.clientCertificates.shown).toBe('unknown');
    greatest.destroy();
    await vi.waitFor(async () => {
      expect(await statusWith(webhook, clients.pair, versions)).toBe(200);
      expect(server.clientCertificates.shown).toBe('always');
    });
    await open(pair.cert);
    await vi.waitFor(async () => {
      expect(await statusWith(webhook, undefined, versions)).toBe(200);
      expect(server.clientCertificates.shown).toBe('sometimes');
    });
    expect(webhook.drops).toEqual([]);
  });

  it('who asks nothing, or gets a refusal, does not count', async () => {
    const webhook = await startInProcess(certificates);
    const { port, authority, server } = webhook;
    await shakeHands({ host: '127.0.0.1', port }, authority, 'localhost');
    const agent = new Agent({ ...clients.pair, ...versions, maxCachedSessions: 0 });
    onTestFinished(() => agent.destroy());
    expect((await call(webhook, { agent, body: 'nothing' })).status).toBe(400);
    expect(server.clientCertificates.shown).toBe('unknown');
  });
});

describe('--client-ca', () => {
  it('is followed while the program runs; a broken file changes nothing and is told', async () => {
    const file = join(temporaryDirectory(), 'clients.crt');
    writeFileSync(file, clients.authority.cert);
    const webhook = await WebhookProcess.start(certs.path, `--client-ca=${file}`);
    expect(await statusWith(webhook, clients.pair)).toBe(200);
    expect(await statusWith(webhook, undefined)).toEqual(isRefused);

    writeFileSync(file, 'nothing');
    const problem = `${file}: no certificate in it; use one or more authorities in PEM`;
    await webhook.logged({ level: 'error', msg: 'client CA not renewed', problem });
    expect(await statusWith(webhook, clients.pair)).toBe(200);

    writeFileSync(file, others.authority.cert);
    await webhook.logged({ level: 'info', msg: 'client CA renewed' });
    expect(await statusWith(webhook, others.pair)).toBe(200);
    expect(await statusWith(webhook, clients.pair)).toEqual(isRefused);
  });

  it('is off unless it is set', async () => {
    const webhook = await WebhookProcess.start(certs.path);
    expect(await statusWith(webhook)).toBe(200);
  });

  it.each([
    ['a file that is not there', '/nowhere/clients.crt', /ENOENT: .*'\/nowhere\/clients\.crt'/],
    [
      'a file without a certificate',
      import.meta.filename,
      /client-certificates\.test\.ts: no certificate in it; use one/,
    ],
  ])('stops the start where it is %s', async (_what, file, problem) => {
    const program = startProgram([
      'serve',
      '--certs',
      certs.path,
      '--listen=127.0.0.1:0',
      '--status-listen=127.0.0.1:0',
      `--client-ca=${file}`,
    ]);
    expect(await program.exitCode()).toBe(1);
    expect(program.stderr).toMatch(
      /^sidecar-injector: cannot ask for client certificates \(--client-ca\): /m,
    );
    expect(program.stderr).toMatch(problem);
  });
});
