import { afterEach, describe, expect, it } from 'vitest';
import { createStatusApp } from '../../../src/http/status-app.ts';
import { StatusServer } from '../../../src/http/status-server.ts';

const servers: StatusServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

/** A status server, and a way to ask it. */
async function statusOf(readiness: { isReady: boolean; lines: readonly string[] }) {
  const metrics = {
    exposition: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'a_total 1\n' }),
  };
  const version = async () => '{"version":"1.2.3"}\n';
  const server = new StatusServer(createStatusApp({ readiness, metrics, version }), () => undefined);
  servers.push(server);
  const { port } = await server.start('127.0.0.1', 0);
  return async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

const ready = { isReady: true, lines: ['[+]server listening', '[+]certificate valid'] };
const notReady = { isReady: false, lines: ['[-]server draining', '[+]certificate valid'] };

describe('/livez', () => {
  it.each([ready, notReady])('says that the process answers, ready or not', async readiness => {
    const ask = await statusOf(readiness);
    expect(await ask('/livez')).toMatchObject({ status: 200, text: 'ok\n' });
  });
});

describe('/readyz', () => {
  it('is 200 with what each part says', async () => {
    const ask = await statusOf(ready);
    expect(await ask('/readyz')).toMatchObject({
      status: 200,
      text: '[+]server listening\n[+]certificate valid\nready\n',
    });
  });

  it('is 503 with what each part says', async () => {
    const ask = await statusOf(notReady);
    expect(await ask('/readyz')).toMatchObject({
      status: 503,
      text: '[-]server draining\n[+]certificate valid\nnot ready\n',
    });
  });

  it('is asked for anew each time', async () => {
    const readiness = { isReady: true, lines: ['[+]server listening'] };
    const ask = await statusOf(readiness);
    expect((await ask('/readyz')).status).toBe(200);
    readiness.isReady = false;
    expect((await ask('/readyz')).status).toBe(503);
  });
});

describe('/metrics', () => {
  it('is the exposition with its own content type', async () => {
    const { status, headers, text } = await (await statusOf(ready))('/metrics');
    expect({ status, text }).toEqual({ status: 200, text: 'a_total 1\n' });
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4');
  });
});

describe('/version', () => {
  it('is what is in force, as JSON', async () => {
    const { status, headers, text } = await (await statusOf(ready))('/version');
    expect({ status, text }).toEqual({ status: 200, text: '{"version":"1.2.3"}\n' });
    expect(headers.get('content-type')).toBe('application/json');
  });
});

describe('every answer', () => {
  it.each(['/livez', '/readyz'])('is plain text and says nothing of how it is made: %s', async path => {
    const { headers } = await (await statusOf(ready))(path);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it.each(['/livez', '/readyz', '/metrics', '/version'])(
    'may be asked for without its body: HEAD %s',
    async path => {
      expect(await (await statusOf(ready))(path, 'HEAD')).toMatchObject({ status: 200, text: '' });
    },
  );

  it.each(['/livez', '/readyz', '/metrics', '/version'])('wants GET: POST %s', async path => {
    const { status, headers, text } = await (await statusOf(ready))(path, 'POST');
    expect({ status, text, allow: headers.get('allow') }).toEqual({
      status: 405,
      text: 'use GET\n',
      allow: 'GET, HEAD',
    });
  });

  it.each(['/livez/', '/LIVEZ', '/Readyz/', '/METRICS', '/Version'])(
    'is found in capitals and with a slash behind it too: %s',
    async path => {
      expect((await (await statusOf(ready))(path)).status).toBe(200);
    },
  );

  it.each(['/', '/mutate', '/healthz'])('names the paths that there are: %s', async path => {
    expect(await (await statusOf(ready))(path)).toMatchObject({
      status: 404,
      text: 'not found; use /livez, /readyz, /metrics or /version\n',
    });
  });
});

describe('a status server', () => {
  it('fails to start where the port is in use', async () => {
    const app = createStatusApp({
      readiness: ready,
      metrics: { exposition: () => Promise.reject(new Error()) },
      version: async () => '',
    });
    const [first, second] = [1, 2].map(() => new StatusServer(app, () => undefined)) as [
      StatusServer,
      StatusServer,
    ];
    servers.push(first);
    const { port } = await first.start('127.0.0.1', 0);
    await expect(second.start('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  it('closes idle connections when it stops', async () => {
    const ask = await statusOf(ready);
    await ask('/livez');
    servers.splice(0).forEach(server => {
      server.stop();
    });
    await expect(ask('/livez')).rejects.toThrow();
  });
});
