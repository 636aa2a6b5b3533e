import { beforeAll, describe, expect, it } from 'vitest';
import type { Surroundings } from '../../src/admission/surroundings.ts';
import { UnknownNamespaceError } from '../../src/admission/unknown-namespace-error.ts';
import { issueTestCertificates, startInProcess, type TestCertificates } from './in-process-webhook.ts';
import { annotatedPod, reviewOf } from './reviews.ts';
import { call } from './webhook-client.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

const shop = { name: 'shop', labels: { 'sidecar.io/inject': 'enabled' }, annotations: {} };

/** A core that tells what it was given beside the pod. */
function remembering() {
  const seen: unknown[] = [];
  const core = {
    decide: (_pod: unknown, sources: unknown = []) => {
      seen.push(sources);
      return { outcome: 'skipped' as const, reason: 'not-requested' as const, warnings: [] };
    },
    decideWorkload: () => expect.unreachable(),
  };
  return { seen, core };
}

describe('what is known of the place of a pod', () => {
  it('is asked for with the entry of the registration that its path means', async () => {
    const entries: string[] = [];
    const webhook = await startInProcess(certificates, {
      surroundings: ({ uid }, entry) => {
        entries.push(`${uid} ${entry}`);
        return { namespace: undefined };
      },
    });
    for (const [uid, path] of [
      ['a', '/mutate'],
      ['b', '/mutate/namespaces?timeout=5s'],
    ] as const) {
      const { status, text } = await call(webhook, { path, body: reviewOf(annotatedPod, uid) });
      expect([status, JSON.parse(text).response]).toEqual([200, { uid, allowed: true }]);
    }
    expect(entries).toEqual(['a objects', 'b namespaces']);
  });

  it.each(['at once', 'after a while'])('reaches the core %s', async when => {
    const { seen, core } = remembering();
    const found: Surroundings = { namespace: shop };
    const webhook = await startInProcess(certificates, {
      core,
      surroundings: () =>
        when === 'at once' ? found : new Promise(resolve => setTimeout(resolve, 20, found)),
    });
    const { status } = await call(webhook, { path: '/mutate/namespaces', body: reviewOf(annotatedPod) });
    expect([status, seen]).toEqual([200, [[{ from: 'namespace shop', annotations: {} }]]]);
  });

  it('holds up nobody else while it is waited for', async () => {
    const { seen, core } = remembering();
    let settle = (_: Surroundings) => {};
    const webhook = await startInProcess(certificates, {
      core,
      surroundings: (_request, entry) =>
        entry === 'objects' ? { namespace: undefined } : new Promise(resolve => (settle = resolve)),
    });
    const waiting = call(webhook, { path: '/mutate/namespaces', body: reviewOf(annotatedPod) });
    await call(webhook, { body: reviewOf(annotatedPod) });
    expect(seen).toEqual([[]]);
    settle({ namespace: shop });
    expect((await waiting).status).toBe(200);
    expect(seen).toHaveLength(2);
  });

  it('is a fault of ours where it cannot even be asked for', async () => {
    const webhook = await startInProcess(certificates, {
      surroundings: () => Promise.reject(new Error('secret')),
    });
    const { status, text } = await call(webhook, {
      path: '/mutate/namespaces',
      body: reviewOf(annotatedPod),
    });
    expect([status, text]).toEqual([500, 'internal error; the log of the injector tells more\n']);
  });

  it('is no decision, and no fault of ours, where only rules could count', async () => {
    const webhook = await startInProcess(certificates, {
      surroundings: () => Promise.reject(new UnknownNamespaceError('GET: 403')),
    });
    const { status, text } = await call(webhook, { body: reviewOf(annotatedPod) });
    const message = 'which rules count for the pod is not known: GET: 403';
    expect([status, text]).toEqual([503, `${message}\n`]);
    expect(webhook.failures).toEqual([{ status: 503, message, error: undefined }]);
  });

  it('takes nothing but POST', async () => {
    const webhook = await startInProcess(certificates);
    const { status, headers } = await call(webhook, { path: '/mutate/namespaces', method: 'GET' });
    expect([status, headers['allow']]).toEqual([405, 'POST']);
  });
});
