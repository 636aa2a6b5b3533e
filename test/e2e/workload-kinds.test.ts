import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstInitContainers } from './pod-containers.ts';
import { mountedGitSync, repository } from './pod-manifests.ts';
import { describeWithControllers, eventually, kubectl, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import {
  templateAnnotations,
  templateIn,
  type WorkloadKind,
  type WorkloadObject,
  type WorkloadOptions,
  workloadKinds,
  workloadOf,
} from './workload-manifests.ts';

describeWithControllers('a workload of any kind', () => {
  useWebhook();
  // A DaemonSet makes pods for nodes.
  beforeAll(() => kubectl('create -f -', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'any' } }));
  afterAll(() => kubectl('delete node any'));

  const places: readonly (readonly [place: string, options: WorkloadOptions])[] = [
    ['on the object', { annotations: mountedGitSync }],
    ['in the template', { template: mountedGitSync }],
  ];
  const cases = workloadKinds.flatMap(kind =>
    places.map(([place, options]) => [kind, place, options] as const),
  );

  it.each(cases)('makes injected pods: %s with annotations %s', async (kind, _place, options) => {
    const namespace = await createNamespace();
    const { stderr } = await namespace.kubectl('create -f -', workloadOf(kind, options));
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /site/current\n");
    expect(templateAnnotations(await read(kind, namespace))).toEqual(mountedGitSync);
    if (kind === 'CronJob') await namespace.kubectl('create job web --from=cronjob/web');
    await expectInjectedPod(namespace);
  });

  it.each(workloadKinds.filter(kind => kind !== 'Job'))(
    'is changed and changed back by its annotations: %s',
    async kind => {
      const namespace = await createNamespace();
      await namespace.kubectl('create -f -', workloadOf(kind));
      const before = await read(kind, namespace);
      const annotate = (text: string) => namespace.kubectl(`annotate --overwrite ${kind} web ${text}`);
      await annotate(`sidecar.io/git-sync=${repository} sidecar.io/git-sync.mount=/site`);
      expect(templateAnnotations(await read(kind, namespace))).toEqual(mountedGitSync);
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
    const revisions = (count: number) =>
      eventually(async () => {
        const { items } = await namespace.json<{ items: readonly unknown[] }>('get controllerrevisions');
        expect(items).toHaveLength(count);
      });
    await namespace.kubectl(
      'create -f -',
      workloadOf(kind, { annotations: { 'sidecar.io/git-sync.ref': 'v1', ...mountedGitSync } }),
    );
    await revisions(1);
    await namespace.kubectl(
      `annotate --overwrite ${kind} web sidecar.io/git-sync.ref=v2 sidecar.io/git-sync.period=2m`,
    );
    await revisions(2);
    expect((await namespace.kubectl(`rollout undo ${kind}/web`)).stderr).toContain(
      `Warning: sidecar.io/git-sync.period (and 1 more) stays in the template; the ${kind} itself asks for it: remove it there\n`,
    );
    const now = { ...mountedGitSync, 'sidecar.io/git-sync.ref': 'v2', 'sidecar.io/git-sync.period': '2m' };
    expect(templateAnnotations(await read(kind, namespace))).toEqual(now);
    const keys = Object.keys(now).map(key => `${key}-`);
    await namespace.kubectl(`annotate ${kind} web ${keys.join(' ')}`);
    expect(templateAnnotations(await read(kind, namespace))).toEqual({});
  });
});

describeWithControllers('a StatefulSet that is applied on the server side', () => {
  useWebhook();

  // Nobody owns what the webhook remembers on it: it goes with the last annotation that the manifest has.
  it('loses with the last annotation of its manifest what was carried, and keeps what is in the template', async () => {
    const namespace = await createNamespace();
    const apply = (manifest: object) =>
      namespace.kubectl('apply --server-side --field-manager=gitops -f -', manifest);
    const own = { 'sidecar.io/git-sync_docs': repository };
    await apply(workloadOf('StatefulSet', { annotations: mountedGitSync, template: own }));
    expect(templateAnnotations(await read('StatefulSet', namespace))).toEqual({ ...mountedGitSync, ...own });
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
      podSpec: {
        containers: [{ name: 'web', image: 'nginx:1.29', volumeMounts }],
        securityContext: { fsGroup: 65533 },
      },
      spec: { volumeClaimTemplates: [claim] },
    });
    const { stderr } = await namespace.kubectl('create -f -', manifest);
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /www/current\n");
    expect(templateIn(await read('StatefulSet', namespace)).spec.volumes).toBeUndefined();
    await expectInjectedPod(namespace);
  });
});

describeWithControllers('a Job', () => {
  useWebhook();

  it('that exists says that it must be created again, when its annotations change and not else', async () => {
    const namespace = await createNamespace();
    await namespace.kubectl('create -f -', workloadOf('Job'));
    const { stderr } = await namespace.kubectl(
      `annotate job web sidecar.io/git-sync=${repository} sidecar.io/git-sync.mount=/site`,
    );
    expect(stderr).toBe('Warning: the template of a Job cannot change: delete web and create it again\n');
    expect(templateAnnotations(await read('Job', namespace))).toEqual({});
    await namespace.kubectl('delete job web --now');
    await namespace.kubectl('create -f -', workloadOf('Job', { annotations: mountedGitSync }));
    const suspend = 'patch job web --patch {"spec":{"suspend":true}}';
    expect((await namespace.kubectl(suspend)).stderr).toBe('');
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
    const { stderr } = await namespace.kubectl('create -f -', manifest);
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /site/current\n");
    expect(templateAnnotations(await read('CronJob', namespace))).toEqual(mountedGitSync);
    await namespace.kubectl('create job web --from=cronjob/web');
    expect(templateAnnotations(await read('Job', namespace))).toEqual(mountedGitSync);
    await expectInjectedPod(namespace);
    const patch = { spec: { jobTemplate: { metadata: { annotations: { 'sidecar.io/git-sync': null } } } } };
    const both = { metadata: { annotations: { 'sidecar.io/git-sync.mount': null } }, ...patch };
    await namespace.kubectl(['patch', 'cronjob', 'web', '--patch', JSON.stringify(both)]);
    expect(templateAnnotations(await read('CronJob', namespace))).toEqual({});
    await eventually(() => {
      const told = webhook().entries.filter(entry => entry['namespace'] === namespace.name);
      expect(told.map(({ kind, decision }) => [kind, decision])).toEqual([
        ['CronJob', 'propagated'],
        ['Job', 'skipped'],
        ['Pod', 'injected'],
        ['CronJob', 'propagated'],
      ]);
    });
  });
});

function read(kind: WorkloadKind, namespace: TestNamespace): Promise<WorkloadObject> {
  return namespace.json(`get ${kind} web`);
}

async function expectInjectedPod(namespace: TestNamespace): Promise<void> {
  await eventually(async () => {
    expect(firstInitContainers(await namespace.pods())).toContain('git-sync');
  });
}
