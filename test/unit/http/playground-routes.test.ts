import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServedPlayground, TaggedBody } from '../../../src/http/playground-routes.ts';
import { createStatusApp } from '../../../src/http/status-app.ts';
import { StatusServer } from '../../../src/http/status-server.ts';

const servers: StatusServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

const page: TaggedBody = { pieces: ['<p>', 'ä', '</p>'].map(text => Buffer.from(text)), tag: 'page-1' };
const state: TaggedBody = {
  pieces: ['{"files":[', '1', ']}\n'].map(text => Buffer.from(text)),
  tag: 'state-1',
};

async function portOf(playground: Partial<ServedPlayground> = {}): Promise<number> {
  const app = createStatusApp({
    readiness: { isReady: true, lines: [] },
    metrics: { exposition: async () => ({ contentType: 'text/plain', text: '' }) },
    version: async () => '{}\n',
    playground: {
      ...{ page: async () => page, state: async () => state, listenHost: '127.0.0.1' },
      ...playground,
    },
  });
  const server = new StatusServer(app, () => undefined);
  servers.push(server);
  return (await server.start('127.0.0.1', 0)).port;
}

interface Asked {
  readonly method?: string;
  /** `host` is what fetch lets nobody choose. */
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(port: number, path: string, { method = 'GET', headers = {} }: Asked = {}) {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method, headers, agent: false }, response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      })
        .on('error', reject)
        .end();
    },
  );
}

describe('the page', () => {
  it('is HTML, in one piece, which nobody may frame, embed or read', async () => {
    const { status, headers, text } = await ask(await portOf(), '/');
    expect({ status, text }).toEqual({ status: 200, text: '<p>ä</p>' });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': '9',
      'content-security-policy': "frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
      etag: '"page-1"',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is 404 with what to do where it is not there, and its state is told all the same', async () => {
    const port = await portOf({ page: { missing: 'not there: make it' } });
    expect(await ask(port, '/')).toMatchObject({ status: 404, text: 'not there: make it\n' });
    expect(await ask(port, '/playground.json')).toMatchObject({ status: 200 });
  });
});

describe('its state', () => {
  it('is JSON, in one piece, which no other site may read', async () => {
    const { status, headers, text } = await ask(await portOf(), '/playground.json');
    expect({ status, text }).toEqual({ status: 200, text: '{"files":[1]}\n' });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '14',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
      etag: '"state-1"',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe.each([
  ['/', 'page-1'],
  ['/playground.json', 'state-1'],
])('%s', (path, tag) => {
  it.each([`"${tag}"`, `W/"${tag}"`, `"other", "${tag}"`, '*'])(
    'is 304 without a body for whoever has it: %s',
    async known => {
      const headers = { 'if-none-match': known };
      const answer = await ask(await portOf(), path, { headers });
      expect(answer).toMatchObject({ status: 304, text: '', headers: { etag: `"${tag}"` } });
      expect(answer.headers['content-type']).toBeUndefined();
    },
  );

  it('is 304 for a script that asks past its cache', async () => {
    const headers = { 'if-none-match': `"${tag}"`, 'cache-control': 'no-cache' };
    expect((await ask(await portOf(), path, { headers })).status).toBe(304);
  });

  it('is told anew to whoever has another one', async () => {
    const headers = { 'if-none-match': '"other"' };
    expect((await ask(await portOf(), path, { headers })).status).toBe(200);
  });

  it.each(['localhost:8080', '127.0.0.1', '[::1]:8080'])('answers by the name %s', async host => {
    expect((await ask(await portOf(), path, { headers: { host } })).status).toBe(200);
  });

  it('does not answer a web site that gave its own name the address of this machine', async () => {
    const { status, text, headers } = await ask(await portOf(), path, {
      headers: { host: 'evil.example:8080' },
    });
    expect({ status, text }).toEqual({
      status: 421,
      text: 'no page by this name: use an address or localhost, as kubectl port-forward does\n',
    });
    expect(headers['etag']).toBeUndefined();
  });

  it('may be asked for without its body', async () => {
    expect(await ask(await portOf(), path, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('wants GET', async () => {
    expect(await ask(await portOf(), path, { method: 'POST' })).toMatchObject({
      status: 405,
      text: 'use GET\n',
      headers: { allow: 'GET, HEAD' },
    });
  });
});

describe('another path', () => {
  it('is answered with those that there are', async () => {
    expect(await ask(await portOf(), '/playground')).toMatchObject({
      status: 404,
      text: 'not found; use /, /playground.json, /livez, /readyz, /metrics or /version\n',
    });
  });

  it('is answered by any name: probes and Prometheus use that of a Service', async () => {
    const headers = { host: 'sidecar-injector-status.sidecar-injector.svc:8080' };
    expect((await ask(await portOf(), '/readyz', { headers })).status).toBe(200);
  });
});
