/** A server in the place of the injector. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  issueAuthority,
  issueServingCertificate,
  type KeyPair,
  type Lifetime,
} from '../../src/tls/issue-certificate.ts';
import { trustAuthority } from './installation.ts';
import { controlPlane, kubectl } from './suite.ts';
import { publishEndpoints } from './webhook.ts';

/** The name that the API server asks for. */
export const serviceHost = 'sidecar-injector.sidecar-injector.svc';

/** A server that takes every connection and request and never says anything; the Service leads to it. */
export async function listenSilently(certificate: KeyPair): Promise<Server> {
  const server = createServer(certificate, () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await publishEndpoints(kubectl, controlPlane(), [(server.address() as AddressInfo).port]);
  return server;
}

/** A certificate for a host, of an authority that the API server trusts from now on. */
export async function issueTrusted(host: string, lifetime: Lifetime): Promise<KeyPair> {
  const authority = await issueAuthority(lifetime);
  await trustAuthority(kubectl, authority.cert);
  return issueServingCertificate(authority, [host], lifetime);
}
