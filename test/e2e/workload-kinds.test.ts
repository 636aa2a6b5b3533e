import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  createNamespace,
  describeWithControllers,
  kubectl,
  kubectlJson,
  repository,
  useWebhook,
} from './suite.ts';
import {
  templateAnnotations,
  templateIn,
  type WorkloadKind,
  type WorkloadObject,
  type WorkloadOptions,
  workloadKinds,
  workloadOf,
} from './workload-manifests.ts';

const asked = { 'sidecar.io/git-sync': repository, 'sidecar.io/git-sync.mount': '/site' };
const waiting = { timeout: 30_000, interval: 200 };

describeWithControllers('a workload of any kind', () => {
  useWebhook();
  // A DaemonSet makes pods for nodes.
  beforeAll(() => kubectl('create -f -', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'any' } }));
  afterAll(() => kubectl('delete node any'));

  const places: readonly (readonly [place: string, options: WorkloadOptions])[] = [
    ['on the object', { annotations: asked }],
    ['in the template', { template: asked }],
  ];
  const cases = workloadKinds.flatMap(kind =>
    places.map(([place, options]) => [kind, place, options] as const),
  );

  it.each(cases)('makes injected pods: %s with annotations %s', async (kind, _place, options) => {
    const namespace = await createNamespace();
    const { stderr } = await kubectl(`-n ${namespace} create -f -`, workloadOf(kind, options));
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /site/current\n");
    expect(templateAnnotations(await read(kind, namespace))).toEqual(asked);
    if (kind === 'CronJob') await kubectl(`-n ${namespace} create job web --from=cronjob/web`);
    await expectInjectedPod(namespace);
  });

  it.each(workloadKinds.filter(kind => kind !== 'Job'))(
    'is changed and changed back by its annotations: %s',
    async kind => {
      const namespace = await createNamespace();
      await kubectl(`-n ${namespace} create -f -`, workloadOf(kind));
      const before = await read(kind, namespace);
      const annotate = (text: string) => kubectl(`-n ${namespace} annotate --overwrite ${kind} web ${text}`);
      await annotate(`sidecar.io/git-sync=${repository} sidecar.io/git-sync.mount=/site`);
      expect(templateAnnotations(await read(kind, namespace))).toEqual(asked);
      await annotate('sidecar.io/git-sync- sidecar.io/git-sync.mount-');
      const after = await read(kind, namespace);
      expect(after.spec).toEqual(before.spec);
      expect(JSON.stringify(after.metadata.annotations ?? {})).not.toContain('sidecar.io/');
    },
  );
});

describeWithControllers.each(['StatefulSet', 'DaemonSet'] as const)('a %s', kind => {
  useWebhook();

  it('that is rolled back keeps what it is annotated with, and a warning says so', async () => {
    const namespace = await createNamespace();
    const run = (text: string, input?: unknown) => kubectl(`-n ${namespace} ${text}`, input);
    const revisions = (count: number) =>
      vi.waitFor(async () => {
        const { items } = await kubectlJson<{ items: readonly unknown[] }>(
          `-n ${namespace} get controllerrevisions`,
        );
        expect(items).toHaveLength(count);
      }, waiting);
    await run(
      'create -f -',
      workloadOf(kind, { annotations: { 'sidecar.io/git-sync.ref': 'v1', ...asked } }),
    );
    await revisions(1);
    await run(`annotate --overwrite ${kind} web sidecar.io/git-sync.ref=v2 sidecar.io/git-sync.period=2m`);
    await revisions(2);
    expect((await run(`rollout undo ${kind}/web`)).stderr).toContain(
      `Warning: sidecar.io/git-sync.period (and 1 more) stays in the template; the ${kind} itself asks for it: remove it there\n`,
    );
    const now = { ...asked, 'sidecar.io/git-sync.ref': 'v2', 'sidecar.io/git-sync.period': '2m' };
    expect(templateAnnotations(await read(kind, namespace))).toEqual(now);
    const keys = Object.keys(now).map(key => `${key}-`);
    await run(`annotate ${kind} web ${keys.join(' ')}`);
    expect(templateAnnotations(await read(kind, namespace))).toEqual({});
  });
});

describeWithControllers('a StatefulSet that is applied on the server side', () => {
  useWebhook();

  // Nobody owns what the webhook remembers on it: it goes with the last annotation that the manifest has.
  it('loses with the last annotation of its manifest what was carried, and keeps what is in the template', async () => {
    const namespace = await createNamespace();
    const apply = (manifest: object) =>
      kubectl(`-n ${namespace} apply --server-side --field-manager=gitops -f -`, manifest);
    const own = { 'sidecar.io/git-sync_docs': repository };
    await apply(workloadOf('StatefulSet', { annotations: asked, template: own }));
    expect(templateAnnotations(await read('StatefulSet', namespace))).toEqual({ ...asked, ...own });
    await apply(workloadOf('StatefulSet', { template: own }));
    const after = await read('StatefulSet', namespace);
    expect(templateAnnotations(after)).toEqual(own);
    expect(after.metadata.annotations).toBeUndefined();
  });
});

describeWithControllers('a StatefulSet whose claim is the shared volume', () => {
  useWebhook();

  it('may mount it, and its template gets no volume', async () => {
    const namespace = await createNamespace();
    const resources = { requests: { storage: '1Gi' } };
    const claim = { metadata: { name: 'git-sync' }, spec: { accessModes: ['ReadWriteOnce'], resources } };
    const volumeMounts = [{ name: 'git-sync', mountPath: '/www' }];
    const manifest = workloadOf('StatefulSet', {
      annotations: { 'sidecar.io/git-sync': repository },
      podSpec: { containers: [{ name: 'web', image: 'nginx:1.29', volumeMounts }] },
      spec: { volumeClaimTemplates: [claim] },
    });
    const { stderr } = await kubectl(`-n ${namespace} create -f -`, manifest);
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /www/current\n");
    expect(templateIn(await read('StatefulSet', namespace)).spec.volumes).toBeUndefined();
    await expectInjectedPod(namespace);
  });
});

describeWithControllers('a Job', () => {
  useWebhook();

  it('that exists says that it must be created again, when its annotations change and not else', async () => {
    const namespace = await createNamespace();
    await kubectl(`-n ${namespace} create -f -`, workloadOf('Job'));
    const { stderr } = await kubectl(
      `-n ${namespace} annotate job web sidecar.io/git-sync=${repository} sidecar.io/git-sync.mount=/site`,
    );
    expect(stderr).toBe('Warning: the template of a Job cannot change: delete web and create it again\n');
    expect(templateAnnotations(await read('Job', namespace))).toEqual({});
    await kubectl(`-n ${namespace} delete job web --now`);
    await kubectl(`-n ${namespace} create -f -`, workloadOf('Job', { annotations: asked }));
    const suspend = `-n ${namespace} patch job web --patch {"spec":{"suspend":true}}`;
    expect((await kubectl(suspend)).stderr).toBe('');
  });
});

describeWithControllers('a CronJob', () => {
  const webhook = useWebhook();

  it('whose job template is annotated is judged at once, and its Jobs come out right', async () => {
    const namespace = await createNamespace();
    const manifest = workloadOf('CronJob', {
      annotations: { 'sidecar.io/git-sync.mount': '/site' },
      jobTemplate: { 'sidecar.io/git-sync': repository },
    });
    const { stderr } = await kubectl(`-n ${namespace} create -f -`, manifest);
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /site/current\n");
    expect(templateAnnotations(await read('CronJob', namespace))).toEqual(asked);
    await kubectl(`-n ${namespace} create job web --from=cronjob/web`);
    expect(templateAnnotations(await read('Job', namespace))).toEqual(asked);
    await expectInjectedPod(namespace);
    const patch = { spec: { jobTemplate: { metadata: { annotations: { 'sidecar.io/git-sync': null } } } } };
    const both = { metadata: { annotations: { 'sidecar.io/git-sync.mount': null } }, ...patch };
    await kubectl(['-n', namespace, 'patch', 'cronjob', 'web', '--patch', JSON.stringify(both)]);
    expect(templateAnnotations(await read('CronJob', namespace))).toEqual({});
    await vi.waitFor(() => {
      const told = webhook().entries.filter(entry => entry['namespace'] === namespace);
      expect(told.map(({ kind, decision }) => [kind, decision])).toEqual([
        ['CronJob', 'propagated'],
        ['Job', 'skipped'],
        ['Pod', 'injected'],
        ['CronJob', 'propagated'],
      ]);
    }, waiting);
  });
});

function read(kind: WorkloadKind, namespace: string): Promise<WorkloadObject> {
  return kubectlJson(`-n ${namespace} get ${kind} web`);
}

async function expectInjectedPod(namespace: string): Promise<void> {
  await vi.waitFor(async () => {
    const { items } = await kubectlJson<{ items: readonly V1Pod[] }>(`-n ${namespace} get pods`);
    expect(items.map(({ spec }) => spec?.initContainers?.[0]?.name)).toContain('git-sync');
  }, waiting);
}
