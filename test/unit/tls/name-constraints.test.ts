import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../../src/tls/issue-certificate.ts';
import { permitsHosts } from '../../../src/tls/name-constraints.ts';

const lifetime = { now: new Date(), days: 1 };
const service = [
  'sidecar-injector.shop.svc',
  'sidecar-injector.shop',
  'sidecar-injector.shop.svc.cluster.local',
];
const machine = ['localhost', '127.0.0.1', '::1'];

let forService: KeyPair;
let forMachine: KeyPair;
let forAll: KeyPair;
beforeAll(async () => {
  [forService, forMachine, forAll] = await Promise.all([
    issueAuthority({ ...lifetime, hosts: service }),
    issueAuthority({ ...lifetime, hosts: machine }),
    issueAuthority(lifetime),
  ]);
}, 60_000);

describe('an authority', () => {
  it.each<[string, () => KeyPair, readonly string[], boolean]>([
    ['the names of a Service', () => forService, service, true],
    ['a name below one of them', () => forService, ['x.sidecar-injector.shop.svc'], true],
    ['another Service', () => forService, ['payments.shop.svc'], false],
    ['a name that only ends alike', () => forService, ['evil-sidecar-injector.shop.svc'], false],
    ['one that is right and one that is not', () => forService, [...service, 'example.com'], false],
    ['an address', () => forService, ['127.0.0.1'], false],
    ['a machine', () => forMachine, machine, true],
    ['the neighbour address', () => forMachine, ['127.0.0.2'], false],
    ['an address of the other kind', () => forMachine, ['::2'], false],
    ['anything, where it has no constraints', () => forAll, ['example.com', '10.0.0.1'], true],
  ])('may sign for %s, or may not', (_what, authority, hosts, isPermitted) => {
    expect(permitsHosts(authority().cert, hosts)).toBe(isPermitted);
  });

  it('signs no other authority', async () => {
    // basicConstraints, critical: cA true, pathLenConstraint 0
    const extension = Buffer.from('0603551d130101ff040830060101ff020100', 'hex');
    expect(new X509Certificate(forService.cert).raw.includes(extension)).toBe(true);
  });
});

/** What a client says that asks for a name and gets a certificate for these hosts; undefined where it is content. */
async function problemOf(authority: KeyPair, hosts: readonly string[], servername: string) {
  const { cert, key } = await issueServingCertificate(authority, hosts, lifetime);
  const server = createServer({ cert, key }, socket => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, ca: authority.cert, servername });
  try {
    await once(socket, 'secureConnect');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    socket.destroy();
    server.close();
  }
}

describe('a client', () => {
  it('trusts what the authority may sign', async () => {
    expect(await problemOf(forService, service, service[0] ?? '')).toBeUndefined();
    expect(await problemOf(forMachine, machine, 'localhost')).toBeUndefined();
  });

  it('trusts nothing else that it signs: whoever has its key is this webhook at the most', async () => {
    const name = 'kubernetes.default.svc';
    expect(await problemOf(forService, [name], name)).toBe('permitted subtree violation');
    expect(await problemOf(forService, [...service, '10.0.0.1'], service[0] ?? '')).toBe(
      'excluded subtree violation',
    );
    expect(await problemOf(forMachine, ['localhost', '10.0.0.1'], 'localhost')).toBe(
      'permitted subtree violation',
    );
    expect(await problemOf(forAll, [name], name)).toBeUndefined();
  });
});
