import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { AuthoritySecret } from '../../src/cluster/authority-secret.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { loadServiceAccount } from '../../src/cluster/service-account.ts';
import { WebhookRegistration } from '../../src/cluster/webhook-registration.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { issueTestCertificates, type TestCertificates } from './in-process-webhook.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A server in the place of the API server, and a directory in that of the mounted token. */
async function serveAs(answer: Answer) {
  const server: Server = createTlsServer(certificates.first, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(request, response, body);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, 'listening');
  const port = String((server.address() as AddressInfo).port);
  const directory = temporaryDirectory();
  const files = { token: 'first\n', namespace: 'sidecar-injector', 'ca.crt': certificates.authority };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const access = await loadServiceAccount({ host: '127.0.0.1', port }, directory);
  if (access === undefined) throw new Error('the token was not found');
  const client = new ApiClient(access, () => new Date(Date.UTC(2027, 0, 1)));
  return { client, directory, access, server: `https://127.0.0.1:${port}` };
}

const get = { method: 'GET', path: '/version' } as const;

describe('a call of the Kubernetes API', () => {
  it('is made with the token as it is now: the kubelet renews it', async () => {
    const tokens: (string | undefined)[] = [];
    const { client, directory } = await serveAs((request, response) => {
      tokens.push(request.headers.authorization);
      response.end('{}');
    });
    await client.request(get);
    writeFileSync(join(directory, 'token'), 'second\n');
    await client.request(get);
    expect(tokens).toEqual(['Bearer first', 'Bearer second']);
  });

  it('is made with what a kubeconfig says, in the namespace of its context', async () => {
    let authorization: string | undefined;
    const { server, directory } = await serveAs((request, response) => {
      authorization = request.headers.authorization;
      response.end('{"gitVersion":"v1.37.2"}');
    });
    const file = join(directory, 'kubeconfig');
    const cluster = {
      server,
      'certificate-authority-data': Buffer.from(certificates.authority).toString('base64'),
    };
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'a', cluster }],
      users: [{ name: 'b', user: { token: 'from-kubeconfig' } }],
      contexts: [{ name: 'c', context: { cluster: 'a', user: 'b', namespace: 'elsewhere' } }],
      'current-context': 'c',
    };
    writeFileSync(file, JSON.stringify(kubeconfig));
    const access = loadKubeconfig(file);
    expect(access.namespace).toBe('elsewhere');
    const client = new ApiClient(access, () => new Date());
    expect(await client.request(get)).toEqual({ gitVersion: 'v1.37.2' });
    expect(authorization).toBe('Bearer from-kubeconfig');
  });

  it('fails with what the API server says, and without what was sent', async () => {
    const { client } = await serveAs((_request, response) => {
      response.statusCode = 403;
      response.end(JSON.stringify({ kind: 'Status', message: 'secrets "a" is forbidden' }));
    });
    const secret = new AuthoritySecret(client, 'sidecar-injector');
    await expect(secret.write({ 'ca.key': 'confidential' }, '1')).rejects.toMatchObject({
      status: 403,
      message:
        'PATCH /api/v1/namespaces/sidecar-injector/secrets/sidecar-injector-ca: 403 secrets "a" is forbidden',
    });
  });

  it('fails where the answer is no object, or nobody answers', async () => {
    const { client, directory } = await serveAs((_request, response) => void response.end('<html>'));
    await expect(client.request(get)).rejects.toThrow('GET /version: 200 the answer is not a JSON object');
    const access = await loadServiceAccount({ host: '127.0.0.1', port: '1' }, directory);
    if (access === undefined) throw new Error('the token was not found');
    const nobody = new ApiClient(access, () => new Date());
    await expect(nobody.request(get)).rejects.toThrow(
      /^GET \/version: the API server does not answer: .*ECONNREFUSED/,
    );
  });

  it('is given up after five seconds', async () => {
    const { client } = await serveAs(() => undefined);
    const startedMs = performance.now();
    await expect(client.request(get)).rejects.toThrow('the API server does not answer');
    expect(performance.now() - startedMs).toBeGreaterThan(4500);
  });

  it('is not made with a server that somebody else vouches for', async () => {
    const { client, directory } = await serveAs((_request, response) => void response.end('{}'));
    const other = (await issueTestCertificates()).authority;
    writeFileSync(join(directory, 'ca.crt'), other);
    await expect(client.request(get)).rejects.toThrow(/does not answer: .*(unable to verify|certificate)/);
  });

  it('tells how far the clocks are apart', async () => {
    const { client } = await serveAs((_request, response) => {
      response.setHeader('date', 'Fri, 01 Jan 2027 00:10:00 GMT');
      response.end('{}');
    });
    expect(client.clockAheadMs).toBeUndefined();
    await client.request(get);
    expect(client.clockAheadMs).toBe(-600_000);
  });
});

describe('a pod without a token', () => {
  it('has no access', async () => {
    expect(await loadServiceAccount({ host: '10.0.0.1', port: '443' }, temporaryDirectory())).toBeUndefined();
  });
});

describe('the registration', () => {
  const service = { name: 'sidecar-injector', namespace: 'sidecar-injector' };
  const caBundle = Buffer.from('old').toString('base64');
  const configuration = {
    metadata: { resourceVersion: '7' },
    webhooks: [
      { name: 'other.example.com', clientConfig: { service, caBundle } },
      { name: 'pods.sidecar.io', clientConfig: { service, caBundle } },
      { name: 'workloads.sidecar.io', clientConfig: { service } },
      { name: 'elsewhere.sidecar.io', clientConfig: { service: { ...service, namespace: 'elsewhere' } } },
      { name: 'url.sidecar.io', clientConfig: { url: 'https://example.com' } },
    ],
  };

  it('is read and written for the webhooks that are ours by name and by service, and no others', async () => {
    const patches: unknown[] = [];
    const { client } = await serveAs((request, response, body) => {
      if (request.method === 'PATCH')
        patches.push([request.url, request.headers['content-type'], JSON.parse(body)]);
      response.end(JSON.stringify(configuration));
    });
    const registration = new WebhookRegistration(client, 'sidecar-injector');
    const registered = await registration.read();
    expect(registered).toEqual({
      version: '7',
      webhooks: [
        { name: 'pods.sidecar.io', caBundle: 'old' },
        { name: 'workloads.sidecar.io', caBundle: '' },
      ],
    });
    if (registered) await registration.publish('new', registered);
    const clientConfig = { caBundle: Buffer.from('new').toString('base64') };
    expect(patches).toEqual([
      [
        '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/sidecar-injector?fieldManager=sidecar-injector&force=true',
        'application/apply-patch+yaml',
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'MutatingWebhookConfiguration',
          metadata: { name: 'sidecar-injector', resourceVersion: '7' },
          webhooks: ['pods.sidecar.io', 'workloads.sidecar.io'].map(name => ({ name, clientConfig })),
        },
      ],
    ]);
  });

  it.each([404, 409])('that is away or was changed is no failure: %i', async status => {
    const { client } = await serveAs((_request, response) => {
      response.statusCode = status;
      response.end('{"message":"no"}');
    });
    const registration = new WebhookRegistration(client, 'sidecar-injector');
    if (status === 404) expect(await registration.read()).toBeUndefined();
    else expect(await registration.publish('', { version: '1', webhooks: [] })).toBe('conflict');
  });
});
