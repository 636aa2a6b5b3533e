import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLocalCertificates } from './local-certificates.ts';
import { annotatedPod, podWith, reviewOf } from './reviews.ts';
import { call, closing, openConnection } from './webhook-client.ts';
import { WebhookProcess } from './webhook-process.ts';

let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;
beforeAll(async () => {
  certs = await makeLocalCertificates();
});
afterAll(() => certs.remove());

const body = reviewOf(annotatedPod);

function operationsOf(
  text: string,
): readonly { readonly op: string; readonly path: string; readonly value: unknown }[] {
  const { patch, patchType } = JSON.parse(text).response;
  expect(patchType).toBe('JSONPatch');
  return JSON.parse(Buffer.from(patch, 'base64').toString('utf8'));
}

describe('the webhook as it is run', () => {
  it('injects, refuses and skips', async () => {
    const webhook = await WebhookProcess.start(certs.path);
    const injected = await call(webhook, { body });
    expect(injected.status).toBe(200);
    expect(operationsOf(injected.text).map(({ op, path }) => `${op} ${path}`)).toEqual(
      expect.arrayContaining(['add /spec/initContainers', 'add /spec/volumes']),
    );
    const refused = await call(webhook, { body: reviewOf(podWith({ 'sidecar.io/git-sink': 'x' })) });
    expect(JSON.parse(refused.text).response).toMatchObject({ allowed: false, status: { code: 400 } });
    const skipped = await call(webhook, { body: reviewOf(podWith({})) });
    expect(JSON.parse(skipped.text).response).toEqual({ uid: expect.any(String), allowed: true });
    await webhook.logged({ msg: 'pod injected', reason: 'injected', namespace: 'shop', pod: 'web' });
    await webhook.logged({ msg: 'pod refused', reason: 'unknown-sidecar' });
    await webhook.logged({ msg: 'pod skipped', reason: 'not-requested' });
  });

  it('has decided nothing before somebody asks, as far as logs and metrics tell', async () => {
    const webhook = await WebhookProcess.start(certs.path);
    expect((await webhook.status('/readyz')).status).toBe(200);
    expect((await webhook.status('/metrics')).text).not.toMatch(/^sidecar_injector_decisions_total\{/m);
    await call(webhook, { body });
    await webhook.logged({ msg: 'pod injected' });
    expect(webhook.stdout.match(/"msg":"pod /g)).toHaveLength(1);
  });

  it('says how it is', async () => {
    const webhook = await WebhookProcess.start(certs.path);
    await call(webhook, { body });
    await call(webhook, { method: 'GET' });
    expect(await webhook.status('/livez')).toEqual({ status: 200, text: 'ok\n' });
    const ready = await webhook.status('/readyz');
    expect(ready.status).toBe(200);
    expect(ready.text).toMatch(
      /^\[\+\]server listening\n\[\+\]definitions \d+ loaded\n\[\+\]certificate valid until \S+\nready\n$/,
    );
    const { text } = await webhook.status('/metrics');
    for (const line of [
      'sidecar_injector_decisions_total{decision="injected",reason="injected",kind="Pod"} 1',
      'sidecar_injector_admission_duration_seconds_count{decision="injected"} 1',
      'sidecar_injector_request_failures_total{status="405"} 1',
      'sidecar_injector_definitions{state="rejected"} 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    const [, expiry] = /^sidecar_injector_certificate_expiry_timestamp_seconds (\d+)/m.exec(text) ?? [];
    expect(Number(expiry) * 1000).toBeGreaterThan(Date.now() + 80 * 24 * 3600_000);
  });

  it('answers 200 connections at once', async () => {
    const webhook = await WebhookProcess.start(certs.path);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => call(webhook, { body: reviewOf(annotatedPod, `uid-${n}`) })),
    );
    expect(answers.map(({ text }) => JSON.parse(text).response.uid)).toEqual(
      Array.from({ length: 200 }, (_, n) => `uid-${n}`),
    );
    const patches = new Set(answers.map(({ text }) => JSON.parse(text).response.patch));
    expect(patches.size, 'the same pod gets the same patch').toBe(1);
  });

  it('keeps its memory when a body never ends, and goes on serving', async () => {
    const webhook = await WebhookProcess.start(certs.path);
    const residentMib = async () => {
      const { text } = await webhook.status('/metrics');
      return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]) / 1024 / 1024;
    };
    const before = await residentMib();
    const socket = await openConnection(webhook);
    socket.write(
      'POST /mutate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const answered = once(socket, 'data');
    const part = Buffer.from(`100000\r\n${' '.repeat(0x100000)}\r\n`);
    let sentMib = 0;
    const closed = closing(socket);
    const sendMore = () => {
      while (!socket.destroyed && socket.write(part)) sentMib++;
      sentMib++;
    };
    socket.on('drain', sendMore);
    sendMore();
    expect(String(await answered)).toContain('the body is larger than 8 MiB');
    const answeredAt = performance.now();
    await closed;
    expect(performance.now() - answeredAt, 'the client is not listened to for long').toBeLessThan(15_000);
    expect(sentMib, 'much more was sent than is kept').toBeGreaterThan(64);
    // What is thrown away at once still passes through the heap; what was kept would be all of it.
    expect((await residentMib()) - before).toBeLessThan(32 + sentMib / 3);
    expect((await call(webhook, { body })).status).toBe(200);
  });
});

describe('what is secret', () => {
  const secrets = ['hunter2', 'tok3n', 'env-pa55', 'S3RV1CE'];
  const repository = 'https://github.com/org/site.git';

  const pods: readonly Readonly<Record<string, string>>[] = [
    { 'sidecar.io/git-sync': repository, 'sidecar.io/git-sync.webhook': 'https://hooks.example.com/S3RV1CE' },
    {
      'sidecar.io/git-sync': repository,
      'sidecar.io/git-sync.webhook': 'ftp://user:hunter2@example.com/S3RV1CE',
    },
    { 'sidecar.io/git-sync': repository, 'sidecar.io/git-sync.webhook': 'https://example.com:x/S3RV1CE' },
    { 'sidecar.io/git-sync': 'https://user:hunter2@github.com/org/site.git' },
    { 'sidecar.io/git-sync': 'https://hunter2@github.com/org/site.git' },
    { 'sidecar.io/git-sync': 'htps://user:hunter2@github.com/site' },
    { 'sidecar.io/git-sync': 'ssh://git:hunter2@github.com/org/site.git' },
    { 'sidecar.io/git-sync': 'user:hunter2@github.com:org/site.git' },
    { 'sidecar.io/git-sync': 'https://github.com?token=tok3n' },
    { 'sidecar.io/git-sync': repository, 'sidecar.io/git-sync.ref': 'https://user:hunter2@github.com/x' },
  ];

  it('stays out of the log and of every message', async () => {
    const webhook = await WebhookProcess.start(certs.path, '--log-level=trace');
    let told = '';
    for (const [index, annotations] of pods.entries()) {
      const pod = podWith(annotations, { env: [{ name: 'PASSWORD', value: 'env-pa55' }] });
      const { text } = await call(webhook, { body: reviewOf(pod, `uid-${index}`) });
      const { response } = JSON.parse(text);
      expect(response.allowed, JSON.stringify(annotations)).toBe(index === 0);
      told += JSON.stringify({ ...response, patch: undefined });
    }
    for (const options of [
      { body: '{"password": "hunter2", ' },
      { body: JSON.stringify({ kind: 'hunter2', apiVersion: 'tok3n' }) },
      { path: '/hunter2?x=tok3n' },
      { headers: { 'content-type': 'hunter2' } },
    ]) {
      told += (await call(webhook, options)).text;
    }
    webhook.signal('SIGINT');
    expect(await webhook.exitCode()).toBe(0);
    expect(
      webhook.log.filter(({ uid }) => uid !== undefined),
      'one line for each decision',
    ).toHaveLength(pods.length);
    expect(webhook.log.filter(({ msg }) => msg === 'request refused')).toHaveLength(4);
    for (const secret of secrets) expect(webhook.stdout + webhook.stderr + told).not.toContain(secret);
  });
});
