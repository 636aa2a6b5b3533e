import { X509Certificate } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Agent, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type SecureVersion } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { issueTestCertificates, startInProcess, type TestCertificates } from './in-process-webhook.ts';
import { annotatedPod, reviewOf } from './reviews.ts';
import { call, type Endpoint, openConnection, untilClosed } from './webhook-client.ts';

const body = reviewOf(annotatedPod);

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

/** An agent that keeps at most one connection, and how many it has opened. */
function singleConnection() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ports = new Set<number | undefined>();
  agent.on('free', socket => ports.add(socket.localPort));
  return { agent, ports };
}

/** The limits of each server in this process that gets a request from now on, until the test ends. */
function limitsOfServers() {
  const seen: object[] = [];
  const note = (message: unknown) => {
    const { server } = message as { readonly server: Server };
    const { keepAliveTimeout, headersTimeout, requestTimeout, timeout } = server;
    seen.push({ keepAliveTimeout, headersTimeout, requestTimeout, timeout });
  };
  subscribe('http.server.request.start', note);
  onTestFinished(() => void unsubscribe('http.server.request.start', note));
  return seen;
}

describe('a kept connection', () => {
  it('serves many requests, whatever became of the ones before', async () => {
    const webhook = await startInProcess(certificates);
    const { agent, ports } = singleConnection();
    for (let count = 0; count < 50; count++) {
      expect((await call(webhook, { agent, body })).status).toBe(200);
    }
    expect((await call(webhook, { agent, method: 'GET' })).status).toBe(405);
    expect((await call(webhook, { agent, path: '/' })).status).toBe(404);
    expect((await call(webhook, { agent, body: '{' })).status).toBe(400);
    expect((await call(webhook, { agent, body })).status).toBe(200);
    expect(ports.size).toBe(1);
  });

  it('is kept longer than the 90 seconds of the API server, which must be the one who closes', async () => {
    const webhook = await startInProcess(certificates);
    const { agent } = singleConnection();
    const { headers } = await call(webhook, { agent, body });
    const [, seconds] = /^timeout=(\d+)$/.exec(String(headers['keep-alive'])) ?? [];
    expect(Number(seconds)).toBeGreaterThan(90);
  });

  it('has the limits of the server: 120 s idle, 10 s for headers, 30 s for a request', async () => {
    const webhook = await startInProcess(certificates);
    const limits = limitsOfServers();
    const { agent } = singleConnection();
    const { headers } = await call(webhook, { agent, body });
    expect(headers['keep-alive']).toBe('timeout=120');
    expect(limits).toEqual([
      { keepAliveTimeout: 120_000, headersTimeout: 10_000, requestTimeout: 30_000, timeout: 0 },
    ]);
  });

  it('is given up while the server drains', async () => {
    let isDraining = false;
    const webhook = await startInProcess(certificates, { isDraining: () => isDraining });
    const { agent } = singleConnection();
    expect((await call(webhook, { agent, body })).headers.connection).toBe('keep-alive');
    isDraining = true;
    for (const options of [{ body }, { method: 'GET' }, { body: '{' }]) {
      expect((await call(webhook, { agent, ...options })).headers.connection).toBe('close');
    }
  });
});

const anyCipher = { ciphers: 'DEFAULT@SECLEVEL=0' };

/** The version that a handshake of exactly this version ends with. */
async function handshake(
  { port, authority }: Endpoint,
  version: SecureVersion,
  ciphers = anyCipher,
): Promise<string> {
  const versions = { minVersion: version, maxVersion: version };
  const socket = connect({ host: '127.0.0.1', port, ca: authority, ...versions, ...ciphers });
  try {
    await once(socket, 'secureConnect');
    return socket.getProtocol() ?? '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
  }
}

describe('TLS', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async version => {
    expect(await handshake(await startInProcess(certificates), version)).toBe(version);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)(
    '%s is refused, by the server and not by this client',
    async version => {
      const versions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.3' } as const;
      const lenient = createServer({ ...certificates.first, ...versions, ...anyCipher });
      lenient.listen(0, '127.0.0.1');
      onTestFinished(() => void lenient.close());
      await once(lenient, 'listening');
      const { port } = lenient.address() as AddressInfo;
      expect(await handshake({ port, authority: certificates.authority }, version)).toBe(version);
      expect(await handshake(await startInProcess(certificates), version)).toMatch(/PROTOCOL_VERSION/);
    },
  );

  it('is negotiated once for each connection', async () => {
    const { port, authority } = await startInProcess(certificates);
    const socket = connect({ host: '127.0.0.1', port, ca: authority, maxVersion: 'TLSv1.2' });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'secureConnect');
    socket.renegotiate({}, () => {});
    const [error] = await once(socket, 'error').catch(thrown => [thrown]);
    expect(String(error)).toMatch(/no renegotiation/);
  });

  it.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', true],
    ['ECDHE-RSA-AES256-GCM-SHA384', true],
    ['ECDHE-RSA-CHACHA20-POLY1305', true],
    // The key of the certificate encrypts that of the connection: who learns it later can read all.
    ['AES128-SHA', false],
    ['AES256-SHA256', false],
    ['AES128-GCM-SHA256', false],
    ['AES256-GCM-SHA384', false],
    // Encryption and authentication are two steps.
    ['ECDHE-RSA-AES128-SHA', false],
    ['ECDHE-RSA-AES128-SHA256', false],
    ['ECDHE-RSA-AES256-SHA384', false],
    ['DHE-RSA-AES128-GCM-SHA256', false],
    ['DHE-RSA-AES128-SHA256', false],
  ])('1.2 with %s: %s, also after a renewal', async (cipher, isSpoken) => {
    const webhook = await startInProcess(certificates);
    const inShort = () => handshake(webhook, 'TLSv1.2', { ciphers: `${cipher}:@SECLEVEL=0` });
    const expected = isSpoken ? 'TLSv1.2' : expect.stringMatching(/HANDSHAKE_FAILURE/);
    expect(await inShort()).toEqual(expected);
    webhook.server.setCertificate(certificates.second);
    expect(await inShort()).toEqual(expected);
  });

  it.each(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])(
    '1.3 is spoken with %s',
    async cipher => {
      const webhook = await startInProcess(certificates);
      expect(await handshake(webhook, 'TLSv1.3', { ciphers: cipher })).toBe('TLSv1.3');
    },
  );

  it('offers HTTP/1.1 to those who ask, as the API server does', async () => {
    const socket = await openConnection(await startInProcess(certificates), {
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    expect(socket.alpnProtocol).toBe('http/1.1');
  });

  it('is not spoken with those who do not trust the authority, and does no harm to others', async () => {
    const webhook = await startInProcess(certificates);
    await expect(call({ ...webhook, authority: '' }, { body })).rejects.toThrow(/certificate/);
    expect((await call(webhook, { body })).status).toBe(200);
  });
});

describe('a renewed certificate', () => {
  const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256;

  it('is for new connections; those that are open keep theirs and go on working', async () => {
    const webhook = await startInProcess(certificates);
    const { agent, ports } = singleConnection();
    expect((await call(webhook, { agent, body })).status).toBe(200);
    const before = await openConnection(webhook);
    webhook.server.setCertificate(certificates.second);
    const after = await openConnection(webhook);
    expect(before.getPeerCertificate().fingerprint256).toBe(fingerprint(certificates.first.cert));
    expect(after.getPeerCertificate().fingerprint256).toBe(fingerprint(certificates.second.cert));
    expect((await call(webhook, { agent, body })).status).toBe(200);
    expect(ports.size).toBe(1);
  });

  it('does not bring old versions of TLS back', async () => {
    const webhook = await startInProcess(certificates);
    webhook.server.setCertificate(certificates.second);
    expect(await handshake(webhook, 'TLSv1.1')).toMatch(/PROTOCOL_VERSION/);
    expect(await handshake(webhook, 'TLSv1.2')).toBe('TLSv1.2');
  });
});

const head = `POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nexpect: 100-continue\r\n\r\n`;
const never = Promise.withResolvers<void>().promise;

describe('a server that stops', () => {
  it('takes no more connections and closes the idle ones', async () => {
    const webhook = await startInProcess(certificates);
    const idle = await openConnection(webhook);
    idle.write(`${head}${body}`);
    await once(idle, 'data');
    const closed = once(idle, 'close');
    await webhook.stop(never);
    await closed;
    await expect(call(webhook, { body })).rejects.toThrow(/ECONNREFUSED/);
  });

  it('waits for a request in flight', async () => {
    const webhook = await startInProcess(certificates, { isDraining: () => true });
    const socket = await openConnection(webhook);
    socket.write(head);
    await once(socket, 'data');
    let hasStopped = false;
    const stopped = webhook.stop(never).then(() => {
      hasStopped = true;
    });
    const answered = untilClosed(socket);
    await new Promise(resolve => setImmediate(resolve));
    expect(hasStopped).toBe(false);
    socket.write(body);
    expect(await answered).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*"allowed":true/);
    await stopped;
  });

  it('waits no longer once it is urgent', async () => {
    const webhook = await startInProcess(certificates);
    const socket = await openConnection(webhook);
    socket.write(head);
    await once(socket, 'data');
    const urgent = Promise.withResolvers<void>();
    const before = performance.now();
    const stopped = webhook.stop(urgent.promise);
    urgent.resolve();
    await stopped;
    expect(performance.now() - before, 'less than it would wait at the most').toBeLessThan(8000);
    expect(await untilClosed(socket)).toBe('');
  });
});

describe('a port that is in use', () => {
  it('is a failure of the start with the code and the port', async () => {
    const { port } = await startInProcess(certificates);
    await expect(startInProcess(certificates, { port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });
});
