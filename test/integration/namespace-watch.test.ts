import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ApiClient, type ApiClientOptions } from '../../src/cluster/api-client.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { NamespaceWatch } from '../../src/cluster/namespaces/namespace-watch.ts';
import { kubeconfigFile, startFakeApiServer } from './fake-api-server.ts';
import { issueTestCertificates, type TestCertificates } from './in-process-webhook.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

interface Call {
  readonly query: Readonly<Record<string, string>>;
  readonly response: ServerResponse;
}

function namespace(name: string, resourceVersion: string, annotations: object = {}) {
  const managedFields = [{ manager: 'x'.repeat(100) }];
  const labels = { 'sidecar.io/inject': 'enabled' };
  return { metadata: { name, resourceVersion, labels, annotations, managedFields } };
}

function listOf(version: string, items: readonly object[], next = '') {
  return JSON.stringify({ metadata: { resourceVersion: version, continue: next }, items });
}

function event(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function bookmark(resourceVersion: string): string {
  return event('BOOKMARK', { kind: 'Namespace', metadata: { resourceVersion } });
}

/**
 * A watch of a server in the place of the API server. `next` waits for its next call, which the test answers; time passes
 * where the test says so.
 */
async function startWatch() {
  const calls: Call[] = [];
  let wake = () => {};
  const port = await startFakeApiServer(certificates, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://localhost');
    expect(pathname).toBe('/api/v1/namespaces');
    calls.push({ query: Object.fromEntries(searchParams), response });
    wake();
  });
  const file = kubeconfigFile(certificates, port, { context: 'c', namespace: 'n', token: 't' });
  let nowMs = 0;
  const waits: number[] = [];
  const problems: (string | undefined)[] = [];
  const watch = new NamespaceWatch({
    client: new ApiClient(loadKubeconfig(file), () => new Date()),
    nowMs: () => nowMs,
    sleep: () => new Promise(resolve => setImmediate(resolve)),
    backOffMs: failures => {
      waits.push(failures);
      return failures;
    },
    onProblem: problem => problems.push(problem),
  });
  onTestFinished(() => watch.stop());
  watch.start();
  return {
    ...{ watch, waits, problems, calls },
    pass: (milliseconds: number) => {
      nowMs += milliseconds;
    },
    next: async (): Promise<Call> => {
      while (calls.length === 0) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      return calls.shift() as Call;
    },
  };
}

type Started = Awaited<ReturnType<typeof startWatch>>;

/** Answers the list and returns the watch that follows, which is open. */
async function openWatch(
  { next, watch }: Started,
  items: readonly object[] = [namespace('shop', '3')],
): Promise<Call> {
  (await next()).response.end(listOf('5', items));
  const call = await next();
  call.response.writeHead(200).flushHeaders();
  await vi.waitFor(() => expect(watch.isFresh).toBe(true));
  return call;
}

const logs = { 'sidecar.io/logs': 'true' };

describe('the watch of namespaces', () => {
  it('lists them page by page, and goes on from the version of the list', async () => {
    const { next, watch, problems } = await startWatch();
    const first = await next();
    expect(first.query).toEqual({ limit: '100' });
    first.response.end(listOf('5', [namespace('a', '3', { ...logs, 'example.com/x': 'y' })], 'more'));
    const second = await next();
    expect(second.query).toEqual({ limit: '100', continue: 'more' });
    expect([watch.size, watch.get('a'), watch.isFresh], 'half a list is none').toEqual([
      undefined,
      undefined,
      false,
    ]);
    second.response.end(listOf('5', [namespace('b', '4')]));
    const third = await next();
    expect(third.query).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '5',
      timeoutSeconds: '20',
    });
    expect([watch.size, watch.get('a')]).toEqual([
      2,
      { name: 'a', labels: { 'sidecar.io/inject': 'enabled' }, annotations: logs },
    ]);
    expect(watch.isFresh).toBe(true);
    third.response.writeHead(200).flushHeaders();
    await vi.waitFor(() => expect(problems).toEqual([]));
  });

  it('takes in what is written and deleted', async () => {
    const started = await startWatch();
    const { watch } = started;
    const { response } = await openWatch(started);
    response.write(event('MODIFIED', namespace('shop', '6', logs)));
    response.write(event('ADDED', namespace('new', '7')));
    await vi.waitFor(() => expect(watch.get('new')).toBeDefined());
    expect(watch.get('shop')?.annotations).toEqual(logs);
    response.write(event('DELETED', namespace('shop', '8')));
    await vi.waitFor(() => expect(watch.get('shop')).toBeUndefined());
    expect(watch.size).toBe(1);
  });

  it('goes on where it was when the API server ends it, at once and without a word', async () => {
    const started = await startWatch();
    const { next, waits, problems, watch } = started;
    let { response } = await openWatch(started);
    for (const version of ['20', '21', '22']) {
      response.end(bookmark(version));
      const following = await next();
      expect(following.query['resourceVersion']).toBe(version);
      response = following.response;
      response.writeHead(200).flushHeaders();
      expect(watch.isFresh).toBe(true);
    }
    expect([waits, problems]).toEqual([[], []]);
  });

  it('goes on where it was when it breaks in the middle of a line', async () => {
    const started = await startWatch();
    const { next, waits, problems, watch } = started;
    const { response } = await openWatch(started);
    response.write(
      event('ADDED', namespace('new', '9')) + event('MODIFIED', namespace('shop', '10')).slice(0, 30),
    );
    await vi.waitFor(() => expect(watch.get('new')).toBeDefined());
    response.destroy();
    const { query, response: second } = await next();
    expect(query['resourceVersion']).toBe('9');
    expect(waits).toEqual([1]);
    expect(problems).toEqual([expect.stringMatching(/^GET \/api\/v1\/namespaces: the answer breaks off: /)]);
    second.write(event('MODIFIED', namespace('shop', '10', logs)));
    await vi.waitFor(() => expect(watch.get('shop')?.annotations).toEqual(logs));
    expect(problems.at(-1)).toBeUndefined();
  });

  it('does not count while it is broken, nor for a second after, while what was missed may be coming', async () => {
    const started = await startWatch();
    const { next, pass, watch } = started;
    const { response } = await openWatch(started);
    response.destroy();
    const second = await next();
    expect(watch.isFresh, 'for a moment only').toBe(true);
    pass(600);
    expect(watch.isFresh).toBe(false);
    second.response.write(bookmark('9'));
    await vi.waitFor(() => expect(watch.silentMs).toBe(0));
    expect(watch.isFresh).toBe(false);
    pass(1000);
    expect(watch.isFresh).toBe(true);
    pass(30_001);
    expect(watch.isFresh, 'nothing was heard').toBe(false);
  });

  it.each([
    [
      'says with an event that its version is gone',
      (response: ServerResponse) =>
        response.end(event('ERROR', { kind: 'Status', code: 410, message: 'too old resource version' })),
      'the watch has failed: too old resource version',
    ],
    [
      'says anything else with an event',
      (response: ServerResponse) =>
        response.write(event('ERROR', { kind: 'Status', code: 500, message: 'no' })),
      'the watch has failed: no',
    ],
    [
      'sends something that is no event',
      (response: ServerResponse) => response.write('<html>secret</html>\n'),
      'a line of the watch is no event',
    ],
    [
      'sends a namespace that is none',
      (response: ServerResponse) =>
        response.write(event('ADDED', { metadata: { resourceVersion: '5', name: 'a', labels: [] } })),
      'namespace.metadata.labels: expected an object, got a list',
    ],
  ])('has all namespaces listed anew where the API server %s', async (_what, answer, problem) => {
    const started = await startWatch();
    const { next, problems, watch } = started;
    const { response } = await openWatch(started);
    answer(response);
    const { query, response: list } = await next();
    expect(query).toEqual({ limit: '100' });
    expect(problems).toEqual([problem]);
    expect(watch.get('shop'), 'until then it is as it was').toBeDefined();
    list.end(listOf('30', [namespace('other', '29')]));
    expect((await next()).query['resourceVersion']).toBe('30');
    expect([watch.get('shop'), watch.size]).toEqual([undefined, 1]);
    await vi.waitFor(() => expect(response.destroyed || response.writableEnded).toBe(true));
  });

  it('has all namespaces listed anew where its version is gone before it begins', async () => {
    const started = await startWatch();
    const { next } = started;
    const { response } = await openWatch(started);
    response.destroy();
    const second = await next();
    second.response.writeHead(410).end(JSON.stringify({ kind: 'Status', message: 'too old' }));
    expect((await next()).query).toEqual({ limit: '100' });
  });

  it('lists anew where a list takes longer than its version is kept', async () => {
    const { next } = await startWatch();
    (await next()).response.end(listOf('5', [namespace('a', '3')], 'more'));
    (await next()).response.writeHead(410).end('{}');
    expect((await next()).query).toEqual({ limit: '100' });
  });

  it('asks again with half as many where a page is too large, for one at the least', async () => {
    const { next, watch, problems } = await startWatch();
    const tooLarge = Buffer.alloc(4 * 1024 * 1024 + 1, ' ');
    const limits: unknown[] = [];
    for (let limit = 100; limit >= 1; limit = Math.floor(limit / 2)) {
      const { query, response } = await next();
      limits.push(query['limit']);
      if (limit > 1) response.end(tooLarge);
      else response.end(listOf('5', [namespace('a', '1')], 'more'));
    }
    expect(limits).toEqual(['100', '50', '25', '12', '6', '3', '1']);
    const last = await next();
    expect(last.query).toEqual({ limit: '1', continue: 'more' });
    last.response.end(tooLarge);
    await next();
    expect(problems).toEqual([
      'GET /api/v1/namespaces: the API server does not answer: the answer has more than 4194304 bytes',
    ]);
    expect(watch.size).toBeUndefined();
  });

  it('does not read a line without end', async () => {
    const started = await startWatch();
    const { next, problems } = started;
    const { response } = await openWatch(started);
    const closed = new Promise(resolve => response.once('close', resolve));
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 'x')));
    };
    response.on('drain', more);
    more();
    await closed;
    await next();
    expect(problems).toEqual([
      'GET /api/v1/namespaces: the answer breaks off: a line has more than 4194304 bytes',
    ]);
  });

  it('lists anew where going on fails again and again, later each time', async () => {
    const started = await startWatch();
    const { next, waits, problems } = started;
    const { response } = await openWatch(started);
    response.destroy();
    for (let failure = 2; failure <= 5; failure++) {
      const { query, response: following } = await next();
      expect(query['watch']).toBe('true');
      following.writeHead(500).end(JSON.stringify({ message: 'etcd is away' }));
    }
    expect((await next()).query).toEqual({ limit: '100' });
    expect(waits).toEqual([1, 2, 3, 4, 5]);
    expect(problems.slice(1), 'it is told once').toEqual(['GET /api/v1/namespaces: 500 etcd is away']);
  });

  it('does not go round without end where each watch ends at once', async () => {
    const started = await startWatch();
    const { next, waits } = started;
    (await openWatch(started)).response.end();
    for (let round = 0; round < 3; round++) (await next()).response.end();
    await next();
    expect(waits).toEqual([1, 2, 3, 4]);
  });

  it('tells where rights are missing, and begins when they are given', async () => {
    const { next, watch, waits, problems } = await startWatch();
    const forbidden = JSON.stringify({ kind: 'Status', message: 'namespaces is forbidden: User "a"' });
    for (let attempt = 0; attempt < 3; attempt++) (await next()).response.writeHead(403).end(forbidden);
    const { response } = await next();
    expect(problems).toEqual(['GET /api/v1/namespaces: 403 namespaces is forbidden: User "a"']);
    expect([waits, watch.size, watch.isFresh]).toEqual([[1, 2, 3], undefined, false]);
    response.end(listOf('5', []));
    (await next()).response.writeHead(200).flushHeaders();
    await vi.waitFor(() => expect(problems.at(-1)).toBeUndefined());
    expect(watch.isFresh).toBe(true);
  });

  it('ends when it is stopped, and comes back no more', async () => {
    const started = await startWatch();
    const { watch, calls, problems } = started;
    const { response } = await openWatch(started);
    const closed = new Promise(resolve => response.once('close', resolve));
    watch.stop();
    await closed;
    await new Promise(resolve => setTimeout(resolve, 50));
    expect([calls, problems]).toEqual([[], []]);
  });
});

it('a list is not gone on with once it is stopped', async () => {
  const { next, watch, calls } = await startWatch();
  const { response } = await next();
  watch.stop();
  response.end(listOf('5', [namespace('a', '1')], 'more'));
  await new Promise(resolve => setTimeout(resolve, 50));
  expect([calls, watch.size]).toEqual([[], undefined]);
});

describe('the lines of an answer', () => {
  async function clientOf(answer: (response: ServerResponse) => void, options: ApiClientOptions = {}) {
    const port = await startFakeApiServer(certificates, (_request, response) => answer(response));
    const requestOptions = async () => ({ ca: certificates.authority });
    const access = { server: `https://127.0.0.1:${port}`, namespace: undefined, requestOptions };
    return new ApiClient(access, () => new Date(), options);
  }

  const call = { path: '/watch', maxLineBytes: 1000, maxSilenceMs: 30, signal: new AbortController().signal };

  it('are broken off where none comes for long', async () => {
    const client = await clientOf(response => response.write('a\n'));
    const lines = await client.openLines(call);
    expect(await lines.next()).toEqual({ value: 'a', done: false });
    await expect(lines.next()).rejects.toThrow('GET /watch: the answer breaks off: nothing came for 30 ms');
  });

  it('are given up where not even the answer comes', async () => {
    const client = await clientOf(() => {});
    await expect(client.openLines(call)).rejects.toThrow(
      'GET /watch: the API server does not answer: nothing came for 30 ms',
    );
  });

  it('come one answer after the other over one connection', async () => {
    const connections = new Set<unknown>();
    const client = await clientOf(response => {
      connections.add(response.socket?.remotePort);
      response.end('a\nb\n');
    });
    for (let round = 0; round < 3; round++) {
      const lines: string[] = [];
      for await (const line of await client.openLines({ ...call, maxSilenceMs: 10_000 })) lines.push(line);
      expect(lines).toEqual(['a', 'b']);
    }
    expect(connections.size).toBe(1);
  });

  it('come of as many answers at a time as there may be', async () => {
    const open: ServerResponse[] = [];
    const client = await clientOf(response => open.push(response) && response.write('a\n'), {
      maxWatches: 2,
    });
    const patient = { ...call, maxSilenceMs: 10_000 };
    await Promise.all([client.openLines(patient), client.openLines(patient)]);
    const third = client.openLines(patient);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(open).toHaveLength(2);
    open[0]?.destroy();
    await third;
    expect(open).toHaveLength(3);
  });

  it('fail with what the API server says, of which not more is read than a message', async () => {
    const client = await clientOf(response => response.writeHead(403).end('{"message":"no"}'));
    await expect(client.openLines(call)).rejects.toMatchObject({
      status: 403,
      message: 'GET /watch: 403 no',
    });
    const endless = await clientOf(response => {
      response.writeHead(500);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
      };
      response.on('drain', more);
      more();
    });
    await expect(endless.openLines({ ...call, maxSilenceMs: 10_000 })).rejects.toMatchObject({ status: 500 });
  });
});
