/** Many pods of one labelled namespace at once, with replicas whose view of namespaces is disturbed meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ApiClient } from '../e2e/api-client.ts';
import { type BreakableConnection, openBreakableConnection } from '../e2e/breakable-connection.ts';
import { podOf } from '../e2e/pod-manifests.ts';
import { controlPlane, describeWithApiServer, eventually, reinstall } from '../e2e/suite.ts';
import { createNamespace, type TestNamespace } from '../e2e/test-namespace.ts';
import { killApiServer, untilApiServerAnswers } from './api-server.ts';
import { type Replica, startReplicas, stopAll } from './replica.ts';

const podCount = Number(process.env['SIDECAR_INJECTOR_RESTARTED_PODS'] ?? 5000);
const atOnce = 60;

interface Creation {
  readonly startedMs: number;
  readonly tookMs: number;
  /** The repository that its sidecar fetches, `bare`, or what was said instead. */
  readonly fate: string;
}

describeWithApiServer(`${podCount} pods of one namespace that are created at once`, () => {
  let connections: readonly BreakableConnection[] = [];
  let replicas: readonly Replica[] = [];
  let namespace: TestNamespace;
  let api: ApiClient;
  beforeAll(async () => {
    connections = [await openBreakableConnection(), await openBreakableConnection()];
    replicas = await startReplicas(connections.map(({ kubeconfig }) => ({ skewSeconds: 0, kubeconfig })));
    namespace = await createNamespace({ 'sidecar.io/inject': 'enabled' });
    api = new ApiClient(controlPlane());
    await write('first');
    await sleep(1000);
  });
  afterEach(async () => {
    for (const connection of connections) connection.mend();
    await write('first');
    // Of two replicas one may know it before the other.
    await sleep(1000);
    await eventually(async () => expect((await create()).fate).toBe('first'));
  });
  afterAll(async () => {
    api.close();
    await stopAll(replicas);
    for (const connection of connections) connection.stop();
    await reinstall();
  });

  async function write(repository: string): Promise<void> {
    const annotations = { 'sidecar.io/git-sync': `https://example.com/${repository}.git` };
    const { status } = await api.ask({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace.name}`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { annotations } },
    });
    expect(status).toBe(200);
  }

  async function create(): Promise<Creation> {
    const startedMs = performance.now();
    const path = `/api/v1/namespaces/${namespace.name}/pods?dryRun=All`;
    const body = { ...podOf(''), metadata: { generateName: 'web-' } };
    const fate = await api.ask<V1Pod & { readonly message?: string }>({ method: 'POST', path, body }).then(
      ({ status, body: { spec, message } }) => {
        if (status !== 201) return `${status} ${message}`;
        return /example\.com\/(\w+)\.git/.exec(JSON.stringify(spec?.initContainers ?? []))?.[1] ?? 'bare';
      },
      (error: Error) => error.message,
    );
    return { startedMs, tookMs: performance.now() - startedMs, fate };
  }

  /** Creates them all, disturbs meanwhile, and prints what became of them. */
  async function createAll(what: string, disturb: () => Promise<unknown>): Promise<readonly Creation[]> {
    const readsBefore = await reads();
    const startedMs = performance.now();
    const creations: Creation[] = [];
    let isOver = false;
    let left = podCount;
    const disturbing = (async () => {
      while (!isOver) await disturb();
    })();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) {
          const creation = await create();
          creations.push(creation);
          // A controller would wait longer before it tries again.
          if (/[^a-z]/.test(creation.fate)) await sleep(100);
        }
      }),
    );
    isOver = true;
    const seconds = (performance.now() - startedMs) / 1000;
    await disturbing;
    const sorted = creations.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
    const at = (rank: number) => Math.round(sorted[Math.floor(sorted.length * rank)] ?? Number.NaN);
    console.log(
      `${what}: ${seconds.toFixed(1)} s, median ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
        `${(await reads()) - readsBefore} reads of the namespace by ${replicas.length} replicas; ` +
        JSON.stringify(fatesOf(creations)),
    );
    return creations;
  }

  async function reads(): Promise<number> {
    const each = replicas.map(replica => replica.metric('sidecar_injector_namespace_reads_total'));
    return (await Promise.all(each)).reduce((sum, count) => sum + count, 0);
  }

  it('all get what it asks for, without a call of the API server', async () => {
    const readsBefore = await reads();
    const creations = await createAll('undisturbed', () => sleep(100));
    expect(fatesOf(creations)).toEqual({ first: podCount });
    expect(await reads()).toBe(readsBefore);
  });

  it('all get it while the watch breaks every second, with a read each second at most', async () => {
    const readsBefore = await reads();
    const startedMs = performance.now();
    const creations = await createAll('the watch breaks every second', async () => {
      await sleep(1000);
      for (const connection of connections) connection.breakOff();
    });
    expect(fatesOf(creations)).toEqual({ first: podCount });
    const seconds = Math.ceil((performance.now() - startedMs) / 1000);
    expect((await reads()) - readsBefore).toBeLessThanOrEqual((seconds + 1) * replicas.length);
  });

  it('see a write a second after it was answered, while the watch breaks every second', async () => {
    let writtenMs = Number.POSITIVE_INFINITY;
    const creations = await createAll('a write while the watch breaks', async () => {
      await sleep(1000);
      for (const connection of connections) connection.breakOff();
      if (writtenMs !== Number.POSITIVE_INFINITY) return;
      await write('second');
      writtenMs = performance.now();
    });
    const later = creations.filter(({ startedMs }) => startedMs >= writtenMs + 1000);
    expect(later.length).toBeGreaterThan(podCount / 10);
    expect(fatesOf(later)).toEqual({ second: later.length });
    expect(Object.keys(fatesOf(creations)).toSorted()).toEqual(['first', 'second']);
  });

  it('are refused and never bare while replicas do not reach the API server, and are created after that', async () => {
    let isCut = false;
    const creations = await createAll('replicas do not reach the API server for three seconds', async () => {
      await sleep(1000);
      if (isCut) return;
      isCut = true;
      for (const connection of connections) connection.cut();
      await sleep(3000);
      for (const connection of connections) connection.mend();
    });
    const { first = 0, ...others } = fatesOf(creations);
    expect(first).toBeGreaterThan(0);
    for (const fate of Object.keys(others)) expect(fate).toContain('(namespace-unknown)');
  });

  it('are never bare while the API server itself is away', async () => {
    let killed: Promise<number> | undefined;
    const creations = await createAll('the API server is away', async () => {
      await sleep(1000);
      killed ??= killApiServer().then(untilApiServerAnswers);
      await killed;
    });
    expect(fatesOf(creations)['bare']).toBeUndefined();
    await eventually(async () => expect((await create()).fate).toBe('first'), { withinMs: 60_000 });
  });
});

function fatesOf(creations: readonly Creation[]): Readonly<Record<string, number>> {
  const fates = Map.groupBy(creations, ({ fate }) =>
    fate.replaceAll(/e2e-\w+|web-\w+|127\.0\.0\.1:\d+/g, '…'),
  );
  return Object.fromEntries([...fates].map(([fate, { length }]) => [fate, length]));
}
