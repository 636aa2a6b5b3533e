import { once } from 'node:events';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, connect as connectPlain } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../src/tls/issue-certificate.ts';
import { findFreePorts } from '../e2e/free-ports.ts';
import type { TestProcess } from '../integration/webhook-process.ts';
import { issueClientCertificate } from './client-certificate.ts';
import { describeWithPrograms, patience, Sandbox } from './sandbox.ts';

const lifetime = { now: new Date(), days: 1 };
let authority: KeyPair;
let serving: KeyPair;
let clients: KeyPair;

beforeAll(async () => {
  [authority, clients] = await Promise.all([issueAuthority(lifetime), issueAuthority(lifetime)]);
  serving = await issueServingCertificate(authority, ['localhost'], lifetime);
});

/** What the app behind the proxy is: it answers every request. */
async function startApp(): Promise<number> {
  const server = createServer((_request, response) => response.end('hello from the app'));
  await once(server.listen(0, 'localhost'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Writes files as the kubelet does: into a new directory that a link is then moved to. */
function writeVolume(sandbox: Sandbox, mount: string, files: Readonly<Record<string, string>>): void {
  const directory = sandbox.path(mount);
  const version = `..${process.hrtime.bigint()}`;
  mkdirSync(`${directory}/${version}`, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(`${directory}/${version}/${name}`, text);
    try {
      symlinkSync(`..data/${name}`, `${directory}/${name}`);
    } catch {
      // It is there from the version before.
    }
  }
  symlinkSync(version, `${directory}/..data_tmp`);
  renameSync(`${directory}/..data_tmp`, `${directory}/..data`);
}

interface Proxy {
  readonly process: TestProcess;
  readonly sandbox: Sandbox;
  readonly port: number;
  readonly statusPort: number;
}

async function startProxy(
  parameters: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Proxy> {
  const sandbox = new Sandbox();
  writeVolume(sandbox, '/etc/tls-proxy/tls', { 'tls.crt': serving.cert, 'tls.key': serving.key, ...files });
  writeVolume(sandbox, '/etc/tls-proxy/ca', { 'ca.crt': clients.cert });
  const [port = 0, statusPort = 0] = await findFreePorts(2);
  const set = { secret: 'web-tls', reload: '1s', 'status-port': String(statusPort), ...parameters };
  const process = sandbox.start({
    'sidecar.io/tls-proxy': `${port}:${await startApp()}`,
    ...Object.fromEntries(Object.entries(set).map(([name, text]) => [`sidecar.io/tls-proxy.${name}`, text])),
  });
  // As the kubelet's probe: a connection that says nothing.
  await expect.poll(() => accepts(port), patience).toBe(true);
  return { process, sandbox, port, statusPort };
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connectPlain(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** What a client gets: the app's answer, or why it was refused. */
function get({ port }: Proxy, client?: KeyPair): Promise<string> {
  return new Promise(resolve => {
    const options = { host: '127.0.0.1', servername: 'localhost', port, ca: authority.cert, ...client };
    request({ ...options, agent: false }, response => {
      response.setEncoding('utf8').on('data', resolve);
    })
      .on('error', error => resolve(`refused: ${(error as NodeJS.ErrnoException).code}`))
      .end();
  });
}

/** The certificate that the proxy shows. */
function certificateOf({ port }: Proxy): Promise<PeerCertificate | undefined> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.cert }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
  });
}

describeWithPrograms('the TLS proxy', () => {
  it('forwards to the app what came over TLS', async () => {
    expect(await get(await startProxy())).toBe('hello from the app');
  });

  it('lets clients of the authority in, and no others', async () => {
    const proxy = await startProxy({ 'client-ca': 'clients' });
    expect(await get(proxy, await issueClientCertificate(clients))).toBe('hello from the app');
    expect(await get(proxy)).toMatch(/^refused/);
    expect(await get(proxy, await issueClientCertificate(authority))).toMatch(/^refused/);
    expect(proxy.process.stdout + proxy.process.stderr).toMatch(/error on TLS handshake|certificate/);
  });

  it('finds the authority in the Secret where it is told to', async () => {
    const proxy = await startProxy({ 'client-ca': 'secret' }, { 'ca.crt': authority.cert });
    expect(await get(proxy, await issueClientCertificate(authority))).toBe('hello from the app');
    expect(await get(proxy, await issueClientCertificate(clients))).toMatch(/^refused/);
  });

  it('lets only the named clients in', async () => {
    const proxy = await startProxy({
      'client-ca': 'clients',
      'allow-cn': 'one,Client Two',
      'allow-dns': 'a.example.com,b.example.com',
      'allow-uri': 'spiffe://example.com/web',
    });
    const allowed = [
      { commonName: 'one' },
      { commonName: 'Client Two' },
      { dns: 'b.example.com' },
      { uri: 'spiffe://example.com/web' },
    ];
    for (const names of allowed) {
      expect(await get(proxy, await issueClientCertificate(clients, names)), JSON.stringify(names)).toBe(
        'hello from the app',
      );
    }
    for (const names of [
      { commonName: 'three' },
      { dns: 'c.example.com' },
      { uri: 'spiffe://example.com/x' },
    ]) {
      expect(await get(proxy, await issueClientCertificate(clients, names)), JSON.stringify(names)).toMatch(
        /^refused/,
      );
    }
  });

  it('takes a new certificate without a restart', async () => {
    const proxy = await startProxy();
    const before = (await certificateOf(proxy))?.serialNumber;
    const renewed = await issueServingCertificate(authority, ['localhost'], lifetime);
    writeVolume(proxy.sandbox, '/etc/tls-proxy/tls', { 'tls.crt': renewed.cert, 'tls.key': renewed.key });
    await expect.poll(async () => (await certificateOf(proxy))?.serialNumber, patience).not.toBe(before);
    expect(await get(proxy)).toBe('hello from the app');
    expect(proxy.process.hasEnded).toBe(false);
  });

  it('serves its state and metrics', async () => {
    const proxy = await startProxy();
    await get(proxy);
    const text = async (path: string) => (await fetch(`http://127.0.0.1:${proxy.statusPort}${path}`)).text();
    expect(JSON.parse(await text('/_status'))).toMatchObject({ ok: true, backend_ok: true });
    // Its own numbers appear a second later.
    await expect
      .poll(() => text('/_metrics/prometheus'), patience)
      .toMatch(/^ghostunnel_accept_success [1-9]/m);
  });

  it('ends when it is told to, with a connection open', async () => {
    const { process, port } = await startProxy();
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.cert });
    await once(socket, 'secureConnect');
    // The proxy may end it by a reset.
    socket.on('error', () => {});
    process.signal('SIGTERM');
    await expect.poll(() => accepts(port), patience).toBe(false);
    socket.destroy();
    expect(await process.exitCode()).toBe(0);
  });
});
