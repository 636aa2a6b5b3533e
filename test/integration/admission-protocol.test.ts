import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { refusal } from '../../src/injection/reason.ts';
import { issueTestCertificates, startInProcess, type TestCertificates } from './in-process-webhook.ts';
import { annotatedPod, reviewOf } from './reviews.ts';
import { type Answer, type Call, call, openConnection, untilClosed } from './webhook-client.ts';

const maxBytes = 8 * 1024 * 1024;

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

describe('a review', () => {
  it('is answered with 200, JSON, and no header that nobody needs', async () => {
    const webhook = await startInProcess(certificates);
    const { status, headers, text } = await call(webhook, { body: reviewOf(annotatedPod, 'the-uid') });
    expect(status).toBe(200);
    expect(text).toBe(
      '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"the-uid","allowed":true}}',
    );
    expect(Object.keys(headers).toSorted()).toEqual(['connection', 'content-length', 'content-type', 'date']);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
    expect(webhook.records).toHaveLength(1);
    expect(webhook.failures).toEqual([]);
  });

  it.each([
    ['without a query', { path: '/mutate' }],
    ['with another query', { path: '/mutate?timeout=30s&x=%zz' }],
    ['with a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
    ['with a content type in capitals', { headers: { 'content-type': 'Application/JSON' } }],
    [
      'with trace headers',
      { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } },
    ],
    ['without accept and user agent', { headers: { accept: undefined, 'user-agent': undefined } }],
  ])('is answered %s', async (_what, options: Call) => {
    const webhook = await startInProcess(certificates);
    const { status } = await call(webhook, { body: reviewOf(annotatedPod), ...options });
    expect(status).toBe(200);
  });

  it('is answered where its body comes in chunks', async () => {
    const webhook = await startInProcess(certificates);
    const body = reviewOf(annotatedPod);
    const socket = await openConnection(webhook);
    socket.write(
      'POST /mutate?timeout=5s HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    for (let at = 0; at < body.length; at += 100) {
      const part = body.slice(at, at + 100);
      socket.write(`${part.length.toString(16)}\r\n${part}\r\n`);
    }
    socket.write('0\r\n\r\n');
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('is answered after "Expect: 100-continue"', async () => {
    const webhook = await startInProcess(certificates);
    const body = reviewOf(annotatedPod);
    const socket = await openConnection(webhook);
    socket.write(
      `POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    const [first] = await once(socket, 'data');
    expect(String(first)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(body);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('keeps characters of every alphabet', async () => {
    const webhook = await startInProcess(certificates, {
      decide: pod => ({
        outcome: 'refused',
        warnings: [],
        refusals: [
          refusal(
            'invalid-value',
            'sidecar.io/logs',
            () => pod.metadata.annotations?.['sidecar.io/logs'] ?? '',
          ),
        ],
      }),
    });
    const pod = {
      ...annotatedPod,
      metadata: { name: 'web', annotations: { 'sidecar.io/logs': 'ä 日本 🌱' } },
    };
    const { text } = await call(webhook, { body: reviewOf(pod) });
    expect(JSON.parse(text).response.status.message).toBe('ä 日本 🌱 (invalid-value)');
  });
});

describe('a request that is none', () => {
  const body = reviewOf(annotatedPod);

  it.each<[what: string, options: Call, status: number, text: string]>([
    ['GET', { method: 'GET' }, 405, 'use POST\n'],
    ['HEAD', { method: 'HEAD' }, 405, ''],
    ['PUT', { method: 'PUT', body }, 405, 'use POST\n'],
    ['DELETE', { method: 'DELETE' }, 405, 'use POST\n'],
    ['OPTIONS', { method: 'OPTIONS' }, 405, 'use POST\n'],
    ['PATCH', { method: 'PATCH', body }, 405, 'use POST\n'],
    ['another path', { path: '/', body }, 404, 'not found; use POST /mutate\n'],
    ['the path in capitals', { path: '/MUTATE', body }, 404, 'not found; use POST /mutate\n'],
    ['the path with a slash behind it', { path: '/mutate/', body }, 404, 'not found; use POST /mutate\n'],
    ['a longer path', { path: '/mutate/pods', body }, 404, 'not found; use POST /mutate\n'],
    ['a path that is no URL', { path: '/%zz', body }, 404, 'not found; use POST /mutate\n'],
    [
      'the path of the other server',
      { path: '/readyz', method: 'GET' },
      404,
      'not found; use POST /mutate\n',
    ],
    [
      'another content type',
      { body, headers: { 'content-type': 'text/plain' } },
      415,
      'use content type application/json\n',
    ],
    [
      'a content type like it',
      { body, headers: { 'content-type': 'application/json-patch+json' } },
      415,
      'use content type application/json\n',
    ],
    [
      'no content type',
      { body, headers: { 'content-type': undefined } },
      415,
      'use content type application/json\n',
    ],
    [
      'a form',
      { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'use content type application/json\n',
    ],
    [
      'a compressed body',
      { body: gzipSync(body), headers: { 'content-encoding': 'gzip' } },
      415,
      'use no content encoding\n',
    ],
    ['an empty body', { body: '' }, 400, 'the body is empty\n'],
    ['half of a body', { body: body.slice(0, 100) }, 400, 'the body of 100 bytes is no JSON\n'],
    [
      'a body with more behind it',
      { body: `${body}x` },
      400,
      `the body of ${body.length + 1} bytes is no JSON\n`,
    ],
    ['a body of bytes', { body: Buffer.of(0xff, 0xfe, 0x00) }, 400, 'the body of 3 bytes is no JSON\n'],
    ['a body of white space', { body: ' \n ' }, 400, 'the body of 3 bytes is no JSON\n'],
    ['null', { body: 'null' }, 400, 'body: expected an AdmissionReview of admission.k8s.io/v1, got null\n'],
    ['a list', { body: '[]' }, 400, 'body: expected an AdmissionReview of admission.k8s.io/v1, got a list\n'],
    [
      'a pod instead of a review',
      { body: JSON.stringify({ apiVersion: 'v1', kind: 'Pod' }) },
      400,
      'body: expected an AdmissionReview of admission.k8s.io/v1, got an object\n',
    ],
    [
      'a review of another version',
      { body: body.replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1') },
      400,
      'body: expected an AdmissionReview of admission.k8s.io/v1, got an object\n',
    ],
    [
      'a review without uid',
      { body: body.replace('"uid"', '"uuid"') },
      400,
      'request.uid: expected a string, got nothing\n',
    ],
  ])('is told so: %s', async (_what, options, status, text) => {
    const webhook = await startInProcess(certificates, { decide: () => expect.unreachable() });
    const answer = await call(webhook, options);
    expect({ status: answer.status, text: answer.text }).toEqual({ status, text });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(webhook.failures).toEqual([{ status, message: text.trim() || 'use POST', error: undefined }]);
    expect(webhook.records).toEqual([]);
  });

  it('is told which method is right', async () => {
    const webhook = await startInProcess(certificates);
    const { headers } = await call(webhook, { method: 'GET' });
    expect(headers['allow']).toBe('POST');
  });

  it('is told more of JSON that cannot be read than that it is a text, and nothing of what stands there', async () => {
    const webhook = await startInProcess(certificates);
    for (const body of ['', '{"password": "hunter2"', 'hunter2']) {
      const { text } = await call(webhook, { body });
      expect(text).not.toMatch(/got a string|hunter2/);
    }
  });

  it('that speaks no HTTP, or no TLS, is none of our trouble', async () => {
    const webhook = await startInProcess(certificates);
    const socket = await openConnection(webhook);
    socket.write('what is this\r\n\r\n');
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const plain = connect(webhook.port, '127.0.0.1');
    plain.on('error', () => undefined);
    plain.resume();
    plain.write('GET /mutate HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(plain, 'close');
    expect((await call(webhook, { body })).status).toBe(200);
  });
});

describe('our own fault', () => {
  it('is 500 with a short body that tells no secret, and goes to the log with the error', async () => {
    const fault = new Error('secret: hunter2');
    const webhook = await startInProcess(certificates, {
      decide: () => {
        throw fault;
      },
    });
    const { status, headers, text } = await call(webhook, { body: reviewOf(annotatedPod) });
    expect({ status, text }).toEqual({
      status: 500,
      text: 'internal error; the log of the injector tells more\n',
    });
    // With this header the API server would repeat the call until its time is over.
    expect(headers['retry-after']).toBeUndefined();
    expect(webhook.failures).toEqual([{ status: 500, message: text.trim(), error: fault }]);
  });

  it('is that of one request only', async () => {
    let count = 0;
    const webhook = await startInProcess(certificates, {
      decide: () => {
        if (count++ === 0) throw new Error('once');
        return { outcome: 'skipped', reason: 'not-requested', warnings: [] };
      },
    });
    const body = reviewOf(annotatedPod);
    expect((await call(webhook, { body })).status).toBe(500);
    expect((await call(webhook, { body })).status).toBe(200);
  });
});

/** A review with so much white space that it has this many bytes. */
function reviewOfBytes(bytes: number): string {
  return reviewOf(annotatedPod).padEnd(bytes, ' ');
}

describe('a large body', () => {
  const tooLarge = { status: 413, text: 'the body is larger than 8 MiB\n' };
  const inShort = ({ status, text }: Answer) => ({ status, text });

  it('is accepted up to exactly 8 MiB', async () => {
    const webhook = await startInProcess(certificates);
    expect((await call(webhook, { body: reviewOfBytes(maxBytes) })).status).toBe(200);
  });

  it('is refused from one byte more on, and the client gets to read why', async () => {
    const webhook = await startInProcess(certificates);
    expect(inShort(await call(webhook, { body: reviewOfBytes(maxBytes + 1) }))).toEqual(tooLarge);
    expect(webhook.failures).toEqual([
      { status: 413, message: 'the body is larger than 8 MiB', error: undefined },
    ]);
  });

  it('is refused by its length before it is sent', async () => {
    const webhook = await startInProcess(certificates);
    const socket = await openConnection(webhook);
    socket.write(
      `POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${100 * maxBytes}\r\n\r\n`,
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(
      /^HTTP\/1\.1 413 Payload Too Large\r\n[\s\S]*\r\n\r\nthe body is larger than 8 MiB\n$/,
    );
  });

  it('is refused in chunks too, as soon as it is too large', async () => {
    const webhook = await startInProcess(certificates);
    const socket = await openConnection(webhook);
    socket.write(
      'POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const answered = once(socket, 'data');
    const part = ' '.repeat(1024 * 1024);
    for (let sent = 0; sent <= maxBytes; sent += part.length)
      socket.write(`${part.length.toString(16)}\r\n${part}\r\n`);
    expect(String(await answered)).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
  });

  it.each([
    ['is too large', '/mutate', 'application/json', 413],
    ['goes to another path', '/', 'application/json', 404],
    ['is of another type', '/mutate', 'text/plain', 415],
  ])(
    'is not listened to for ever where it %s: its connection is closed after the answer',
    async (_what, path, type, status) => {
      const webhook = await startInProcess(certificates);
      const socket = await openConnection(webhook);
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      const part = ' '.repeat(1024 * 1024);
      const flood = setInterval(() => socket.write(`${part.length.toString(16)}\r\n${part}\r\n`), 20);
      onTestFinished(() => clearInterval(flood));
      const startedMs = performance.now();
      expect(await untilClosed(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(performance.now() - startedMs).toBeLessThan(10_000);
    },
  );

  it('leaves the connection as it was when the client comes to its end', async () => {
    const webhook = await startInProcess(certificates);
    const socket = await openConnection(webhook);
    const head = 'POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
    socket.write(`${head}content-length: ${maxBytes + 1}\r\n\r\n`);
    expect(String(await once(socket, 'data'))).toContain(' 413 ');
    socket.write(Buffer.alloc(maxBytes + 1));
    const body = reviewOf(annotatedPod);
    socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    expect(String(await once(socket, 'data'))).toContain(' 200 OK');
  });
});

describe('a client that goes away', () => {
  it.each([
    ['in the middle of its body', '\r\n\r\n{"kind":'],
    ['in the middle of its headers', '\r\nx-half'],
    ['before its body', '\r\n\r\n'],
  ])('%s gets no answer and does no harm', async (_what, rest) => {
    const webhook = await startInProcess(certificates);
    const socket = await openConnection(webhook);
    socket.write(
      `POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 500${rest}`,
    );
    await new Promise(resolve => setImmediate(resolve));
    socket.destroy();
    expect((await call(webhook, { body: reviewOf(annotatedPod) })).status).toBe(200);
    expect(webhook.failures).toEqual([]);
    expect(webhook.records).toHaveLength(1);
  });
});
