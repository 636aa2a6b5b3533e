import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { AuthoritySecret } from '../../src/cluster/authority-secret.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { Pace } from '../../src/cluster/pace.ts';
import { loadServiceAccount } from '../../src/cluster/service-account.ts';
import { WebhookRegistration } from '../../src/cluster/webhook-registration.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { type ApiAnswer, kubeconfigFile, startFakeApiServer } from './fake-api-server.ts';
import { issueTestCertificates, type TestCertificates } from './in-process-webhook.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

/** A client of a server in the place of the API server, and the directory in that of the mounted token. */
async function serveAs(answer: ApiAnswer) {
  const port = await startFakeApiServer(certificates, answer);
  const directory = temporaryDirectory();
  const files = { token: 'first\n', namespace: 'sidecar-injector', 'ca.crt': certificates.authority };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const access = await loadServiceAccount({ host: '127.0.0.1', port }, directory);
  if (access === undefined) throw new Error('the token was not found');
  const client = new ApiClient(access, () => new Date(Date.UTC(2027, 0, 1)));
  return { client, directory, port };
}

/** Takes the place of the clock of time limits: no limit is over until the test says so. */
function holdTimeLimits() {
  const over = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(over.signal);
  onTestFinished(() => timeout.mockRestore());
  return { milliseconds: () => timeout.mock.calls.flat(), pass: () => over.abort() };
}

/** Waits until the head of a response has reached a client in this process. */
function responseBegins(): Promise<void> {
  return new Promise(resolve => {
    const seen = () => {
      unsubscribe('http.client.response.finish', seen);
      resolve();
    };
    subscribe('http.client.response.finish', seen);
  });
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
    const { port } = await serveAs((request, response) => {
      authorization = request.headers.authorization;
      response.end('{"gitVersion":"v1.37.2"}');
    });
    const file = kubeconfigFile(certificates, port, {
      context: 'c',
      namespace: 'elsewhere',
      token: 'from-kubeconfig',
    });
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

  it('is given up after five seconds without an answer', async () => {
    const limits = holdTimeLimits();
    const { client } = await serveAs(() => limits.pass());
    await expect(client.request(get)).rejects.toThrow(/^GET \/version: the API server does not answer: /);
    expect(limits.milliseconds()).toEqual([5000]);
  }, 10_000);

  it('is given up after five seconds in which its answer has begun and does not end', async () => {
    const limits = holdTimeLimits();
    const { client } = await serveAs((_request, response) => void response.write('{"gitVersion":'));
    void responseBegins().then(limits.pass);
    await expect(client.request(get)).rejects.toThrow(/^GET \/version: the API server does not answer: /);
    expect(limits.milliseconds()).toEqual([5000]);
  }, 10_000);

  it('fails where its answer breaks off', async () => {
    const { client } = await serveAs((_request, response) => {
      response.write('{"gitVersion":', () => response.destroy());
    });
    await expect(client.request(get)).rejects.toThrow(
      'GET /version: the API server does not answer: aborted',
    );
  }, 10_000);

  it('is given five seconds of its own, whatever the one before it took', async () => {
    const limits = holdTimeLimits();
    const { client } = await serveAs((_request, response) => void response.end('{}'));
    await client.request(get);
    await client.request(get);
    expect(limits.milliseconds()).toEqual([5000, 5000]);
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

describe('a call that the API server has no time for', () => {
  /** Answers the first call so, and the next one with its `accept` header. */
  async function busyServer(retryAfter: string) {
    let calls = 0;
    const { directory, port } = await serveAs((request, response) => {
      calls += 1;
      if (calls > 1) response.end(JSON.stringify({ accept: request.headers.accept }));
      else response.writeHead(429, { 'retry-after': retryAfter }).end('{"message":"busy"}');
    });
    const access = await loadServiceAccount({ host: '127.0.0.1', port }, directory);
    if (access === undefined) throw new Error('the token was not found');
    return { access, calls: () => calls };
  }

  it('fails with the time after which to come again', async () => {
    const { access } = await busyServer('7');
    const client = new ApiClient(access, () => new Date());
    await expect(client.request(get)).rejects.toMatchObject({ status: 429, retryAfterMs: 7000 });
  });

  it('is made again after that time by who keeps a pace', async () => {
    const { access, calls } = await busyServer('7');
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => waits.push(milliseconds);
    const pace = new Pace({ requestsPerSecond: 1, burst: 10 }, { nowMs: () => 0, sleep });
    const client = new ApiClient(access, () => new Date(), { pace });
    expect(await client.request({ ...get, onlyMetadataOf: 'list' })).toEqual({
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    });
    expect([calls(), waits]).toEqual([2, [7000]]);
  });
});

describe('calls of who keeps a pace', () => {
  it('have a time of their own from when they are sent, however many wait before them', async () => {
    const limits: number[] = [];
    const underWay: (() => void)[] = [];
    const port = await startFakeApiServer(certificates, (_request, response) => {
      underWay.push(() => response.end('{}'));
    });
    const access = loadKubeconfig(
      kubeconfigFile(certificates, port, { context: 'c', namespace: 'n', token: 't' }),
    );
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(milliseconds => {
      limits.push(milliseconds);
      return new AbortController().signal;
    });
    onTestFinished(() => timeout.mockRestore());
    const pace = new Pace({ requestsPerSecond: 1000, burst: 100 });
    const client = new ApiClient(access, () => new Date(), { pace, maxSockets: 2 });
    const calls = Array.from({ length: 5 }, () => client.request(get));
    for (const begun of [2, 3, 4, 5]) {
      await vi.waitFor(() => expect([limits.length, underWay.length]).toEqual([begun, begun]));
      underWay[begun - 2]?.();
    }
    underWay.at(-1)?.();
    expect(await Promise.all(calls)).toHaveLength(5);
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
      { name: 'pods.sidecar.io.example.com', clientConfig: { service, caBundle } },
      { name: 'pods.othersidecar.io', clientConfig: { service, caBundle } },
      { name: 'pods.sidecar.io', clientConfig: { service, caBundle } },
      { name: 'workloads.sidecar.io', clientConfig: { service } },
      { name: 'elsewhere.sidecar.io', clientConfig: { service: { ...service, namespace: 'elsewhere' } } },
      { name: 'service.sidecar.io', clientConfig: { service: { ...service, name: 'other' }, caBundle } },
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
    const ours = {
      version: '7',
      webhooks: [
        { name: 'pods.sidecar.io', caBundle: 'old' },
        { name: 'workloads.sidecar.io', caBundle: '' },
      ],
    };
    expect(registered).toEqual(ours);
    expect(await registration.publish('new', ours), 'what the answer to the patch holds').toEqual(ours);
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

  it('of others only has nothing that is ours', async () => {
    const webhooks = configuration.webhooks.filter(
      ({ name }) => !/^(pods|workloads)\.sidecar\.io$/.test(name),
    );
    const { client } = await serveAs(
      (_request, response) => void response.end(JSON.stringify({ ...configuration, webhooks })),
    );
    const registration = new WebhookRegistration(client, 'sidecar-injector');
    expect(await registration.read()).toEqual({ version: '7', webhooks: [] });
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
