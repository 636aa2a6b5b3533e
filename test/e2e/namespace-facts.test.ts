/** What the injector knows of namespaces, and when: by a watch, and by a read where that does not do. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiAnswer, ApiClient } from './api-client.ts';
import { type BreakableConnection, openBreakableConnection } from './breakable-connection.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { controlPlane, describeWithApiServer, eventually, kubectl, reinstall, useWebhook } from './suite.ts';
import { createNamespace } from './test-namespace.ts';
import { Webhook } from './webhook.ts';

const label = { 'sidecar.io/inject': 'enabled' };

function askingFor(repository: string) {
  return { 'sidecar.io/git-sync': `https://example.com/org/${repository}.git` };
}

/** The API server, over connections that stay open: kubectl would take longer than what is measured. */
function useApi(): () => ApiClient {
  let client: ApiClient | undefined;
  beforeAll(() => {
    client = new ApiClient(controlPlane());
  });
  afterAll(() => client?.close());
  return () => client as ApiClient;
}

type Metadata = Readonly<Record<'labels' | 'annotations', Readonly<Record<string, string>>>>;

async function makeNamespace(api: ApiClient, metadata: Partial<Metadata> = {}): Promise<string> {
  const name = `facts-${randomBytes(4).toString('hex')}`;
  const made = await api.ask({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...metadata } },
  });
  expect(made.status).toBe(201);
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await api.ask({ method: 'POST', path: `/api/v1/namespaces/${name}/serviceaccounts`, body: account });
  return name;
}

async function write(api: ApiClient, name: string, metadata: Partial<Metadata>): Promise<void> {
  const { status } = await api.ask({
    method: 'PATCH',
    path: `/api/v1/namespaces/${name}`,
    contentType: 'application/merge-patch+json',
    body: { metadata },
  });
  expect(status).toBe(200);
}

interface Created {
  readonly metadata?: V1Pod['metadata'];
  readonly spec?: V1Pod['spec'];
  readonly message?: string;
}

function makePod(api: ApiClient, namespace: string, annotations?: Readonly<Record<string, string>>) {
  const body = podOf(`web-${randomBytes(4).toString('hex')}`, annotations);
  return api.ask<Created>({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body });
}

/** What became of a pod: the repository that its sidecar fetches, `bare`, or `refused` and by whom. */
function fateOf({ status, body }: ApiAnswer<Created>): string {
  if (status !== 201) {
    const by = /"([\w.-]+)" denied|'([\w.-]+)' (?:with binding|denied)/.exec(body.message ?? '');
    return `refused by ${by?.[1] ?? by?.[2] ?? body.message}`;
  }
  const text = JSON.stringify(body.spec?.initContainers ?? []);
  return /example\.com\/org\/([\w-]+)\.git/.exec(text)?.[1] ?? 'bare';
}

async function countFates(
  rounds: number,
  round: (index: number) => Promise<string>,
): Promise<Readonly<Record<string, number>>> {
  const fates: string[] = [];
  const indexes = Array.from({ length: rounds }, (_, index) => index);
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let index = indexes.shift(); index !== undefined; index = indexes.shift())
        fates.push(await round(index));
    }),
  );
  return Object.fromEntries(
    [...Map.groupBy(fates, fate => fate)].map(([fate, { length }]) => [fate, length]).toSorted(),
  );
}

const rounds = Number(process.env['SIDECAR_INJECTOR_NAMESPACE_WRITES'] ?? 100);

describeWithApiServer('a pod that is created a second after its namespace was written', () => {
  const webhook = useWebhook();
  const api = useApi();
  const fateAfter = async (namespace: string, waitMs: number) => {
    await sleep(waitMs);
    return fateOf(await makePod(api(), namespace));
  };

  it('gets what a label and an annotation ask for that were not there before', async () => {
    const fates = await countFates(rounds, async () => {
      const name = await makeNamespace(api());
      await write(api(), name, { labels: label, annotations: askingFor('new') });
      return fateAfter(name, 1000);
    });
    expect(fates).toEqual({ new: rounds });
  });

  it('gets what an annotation says that was another before', async () => {
    const fates = await countFates(rounds, async () => {
      const name = await makeNamespace(api(), { labels: label, annotations: askingFor('old') });
      expect(await fateAfter(name, 1000)).toBe('old');
      await write(api(), name, { annotations: askingFor('new') });
      return fateAfter(name, 1000);
    });
    expect(fates).toEqual({ new: rounds });
  });

  it('gets nothing where the label was taken away', async () => {
    const fates = await countFates(10, async () => {
      const name = await makeNamespace(api(), { labels: label, annotations: askingFor('old') });
      await write(api(), name, { labels: { 'sidecar.io/inject': null as never } });
      return fateAfter(name, 1000);
    });
    expect(fates).toEqual({ bare: 10 });
  });

  it('may see the namespace as it was where it is created at once, and is never what nobody asked for', async () => {
    const labelled = await countFates(rounds, async () => {
      const name = await makeNamespace(api());
      await write(api(), name, { labels: label, annotations: askingFor('new') });
      return fateAfter(name, 0);
    });
    const annotated = await countFates(rounds, async () => {
      const name = await makeNamespace(api(), { labels: label, annotations: askingFor('old') });
      await sleep(1000);
      await write(api(), name, { annotations: askingFor('new') });
      return fateAfter(name, 0);
    });
    console.info('back to back, of', rounds, 'writes:', { labelled, annotated });
    const known = ['new', 'bare', 'refused by sidecar-injector-namespace-guard'];
    expect(Object.keys(labelled).filter(fate => !known.includes(fate))).toEqual([]);
    expect(Object.keys(annotated).filter(fate => ![...known, 'old'].includes(fate))).toEqual([]);
  });

  it('is decided without a call where the watch has told of its namespace', async () => {
    const name = await makeNamespace(api(), { labels: label, annotations: askingFor('new') });
    await sleep(1000);
    const reads = async () =>
      /^sidecar_injector_namespace_reads_total.*$/m.exec((await webhook().status('/metrics')).text)?.[0];
    const before = await reads();
    for (let pod = 0; pod < 20; pod++) expect(fateOf(await makePod(api(), name))).toBe('new');
    expect(await reads()).toBe(before);
    expect(JSON.parse((await webhook().status('/version')).text).namespaces).toBe('watched');
  });
});

/** A webhook that reaches the API server through a connection that the test breaks. */
function useBreakable(): { readonly webhook: () => Webhook; readonly connection: () => BreakableConnection } {
  let webhook: Webhook | undefined;
  let connection: BreakableConnection | undefined;
  beforeAll(async () => {
    connection = await openBreakableConnection();
    webhook = new Webhook(kubectl, controlPlane(), ['--kubeconfig', connection.kubeconfig]);
    await webhook.start();
  });
  afterAll(async () => {
    await webhook?.stop();
    connection?.stop();
  });
  return {
    webhook: () => webhook as Webhook,
    connection: () => connection as BreakableConnection,
  };
}

describeWithApiServer('while the watch of namespaces is broken', () => {
  const { webhook, connection } = useBreakable();
  const api = useApi();

  it('pods see what was written meanwhile as soon as it is back, and before that by reads', async () => {
    const name = await makeNamespace(api(), { labels: label, annotations: askingFor('old') });
    await eventually(async () => expect(fateOf(await makePod(api(), name))).toBe('old'));
    connection().breakOff();
    await write(api(), name, { annotations: askingFor('new') });
    await sleep(1000);
    for (let pod = 0; pod < 50; pod++) {
      expect(fateOf(await makePod(api(), name))).toBe('new');
      await sleep(20);
    }
    expect(webhook().entries.some(({ msg }) => msg === 'namespaces not watched')).toBe(true);
    await eventually(async () =>
      expect(webhook().entries.findLast(({ msg }) => /^namespaces/.test(String(msg)))?.['msg']).toBe(
        'namespaces watched',
      ),
    );
  });

  it('pods that cannot be decided are refused with the reason, and all others are not concerned', async () => {
    const labelled = await makeNamespace(api(), { labels: label, annotations: askingFor('old') });
    const other = await makeNamespace(api());
    await eventually(async () => expect(fateOf(await makePod(api(), labelled))).toBe('old'));
    connection().cut();
    await sleep(1000);
    const { status, body } = await makePod(api(), labelled);
    expect([status, body.message]).toEqual([
      400,
      expect.stringMatching(
        /^admission webhook "pods-in-namespaces\.sidecar\.io" denied the request: the annotations of its namespace are not known: GET \/api\/v1\/namespaces\/facts-.*: the API server does not answer: .*; try again \(namespace-unknown\)$/,
      ),
    ]);
    expect(fateOf(await makePod(api(), other))).toBe('bare');
    expect(fateOf(await makePod(api(), other, askingFor('own')))).toBe('own');
    expect(fateOf(await makePod(api(), labelled, askingFor('own'))), 'by what was known').toBe('own');
    expect((await webhook().status('/readyz')).status).toBe(200);
    expect(JSON.parse((await webhook().status('/version')).text).namespaces).toBe('stale');
    await write(api(), labelled, { annotations: askingFor('new') });
    connection().mend();
    await eventually(async () => expect(fateOf(await makePod(api(), labelled))).toBe('new'));
  });

  it('one that falls silent without a word is noticed within half a minute', async () => {
    const name = await makeNamespace(api(), { labels: label, annotations: askingFor('old') });
    await eventually(async () =>
      expect(JSON.parse((await webhook().status('/version')).text).namespaces).toBe('watched'),
    );
    await eventually(async () => expect(fateOf(await makePod(api(), name))).toBe('old'));
    connection().silence();
    await write(api(), name, { annotations: askingFor('new') });
    await sleep(31_000);
    for (let pod = 0; pod < 20; pod++) expect(fateOf(await makePod(api(), name))).toBe('new');
  });
});

describeWithApiServer('an injector that may not look at namespaces', () => {
  const role = 'sidecar-injector-namespaces';
  const api = useApi();
  beforeAll(() => kubectl(['delete', 'clusterrolebinding', role]));
  const webhook = useWebhook();
  afterAll(reinstall);

  it('is ready and does everything else; pods of labelled namespaces are refused with the reason', async () => {
    const namespace = await createNamespace(label);
    await namespace.kubectl([
      'annotate',
      'namespace',
      namespace.name,
      'sidecar.io/git-sync=https://a.example/b.git',
    ]);
    expect((await webhook().status('/readyz')).status).toBe(200);
    expect(JSON.parse((await webhook().status('/version')).text).namespaces).toBe('unknown');
    await eventually(async () =>
      expect(await namespace.refusalOf(podOf('web'))).toMatch(
        /the annotations of its namespace are not known: GET .*: 403 namespaces "e2e-.*" is forbidden: User "system:serviceaccount:sidecar-injector:sidecar-injector" cannot get resource "namespaces" .*; the ClusterRole sidecar-injector-namespaces allows it \(namespace-unknown\)/,
      ),
    );
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: podOf('web').spec },
      },
    };
    const { stderr } = await namespace.kubectl('create --dry-run=server -f -', deployment);
    expect(stderr).toContain(
      'Warning: the annotations of its namespace are not known: GET /api/v1/namespaces/',
    );
    const elsewhere = await createNamespace();
    const { pod } = await elsewhere.createPod(podOf('web', gitSync));
    expect(pod.spec?.initContainers).toHaveLength(1);
  });

  it('begins when it may, without a restart', async () => {
    const name = await makeNamespace(api(), { labels: label, annotations: askingFor('site') });
    await reinstall();
    await eventually(async () => expect(fateOf(await makePod(api(), name))).toBe('site'));
    await eventually(async () =>
      expect(JSON.parse((await webhook().status('/version')).text).namespaces).toBe('watched'),
    );
  });
});

const manyNamespaces = Number(process.env['SIDECAR_INJECTOR_LABELLED_NAMESPACES'] ?? 100);

describeWithApiServer(`${manyNamespaces} labelled namespaces`, () => {
  const api = useApi();
  const names: string[] = [];
  /** With those of other files, which stay. */
  let total = Number.POSITIVE_INFINITY;
  beforeAll(async () => {
    const made = await countFates(manyNamespaces, async index => {
      names.push(await makeNamespace(api(), { labels: label, annotations: askingFor(`n${index}`) }));
      return 'made';
    });
    expect(made).toEqual({ made: manyNamespaces });
    const active = await kubectl('get namespaces --field-selector status.phase=Active --output name');
    total = active.stdout.trimEnd().split('\n').length;
  });
  afterAll(async () => {
    await countFates(names.length, async index => {
      await api().ask({ method: 'DELETE', path: `/api/v1/namespaces/${names[index]}` });
      return 'deleted';
    });
  });
  const webhook = useWebhook();

  it('are known within seconds of the start, and each pod gets what its own asks for, without a call', async () => {
    const metric = async (name: string) =>
      Number(
        new RegExp(`^${name}\\S* (\\d+)$`, 'm').exec((await webhook().status('/metrics')).text)?.[1] ?? 0,
      );
    const startedMs = performance.now();
    await eventually(async () =>
      expect(await metric('sidecar_injector_namespaces')).toBeGreaterThanOrEqual(total),
    );
    console.info(manyNamespaces, 'namespaces known after', Math.round(performance.now() - startedMs), 'ms');
    const fates = new Set<string>();
    await countFates(names.length, async index => {
      const fate = fateOf(await makePod(api(), names[index] ?? ''));
      fates.add(fate);
      return fate;
    });
    expect(fates.size).toBe(manyNamespaces);
    expect([...fates].every(fate => /^n\d+$/.test(fate))).toBe(true);
    expect(await metric('sidecar_injector_namespace_reads_total')).toBe(0);
  });
});
