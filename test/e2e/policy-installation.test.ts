/** deploy/overlays/policy in a cluster without the webhook, as a user meets it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from './pod-commands.ts';
import { gitSync, mountedGitSync, type PodManifest, podOf, repository } from './pod-manifests.ts';
import { installPolicies, isByPolicy, removePolicies, unbindRefusals } from './policy-overlay.ts';
import { deleteRegistration } from './registration.ts';
import { describeWithControllers, eventually, reinstall } from './suite.ts';
import { createNamespace } from './test-namespace.ts';
import {
  templateAnnotations,
  type WorkloadKind,
  type WorkloadObject,
  workloadOf,
} from './workload-manifests.ts';

const [repo, ref] = ['sidecar.io/git-sync', 'sidecar.io/git-sync.ref'];

type Mistake = readonly [what: string, annotations: Readonly<Record<string, string>>, said: string];

const mistakes: readonly Mistake[] = [
  [
    'a value that does not fit',
    { ...gitSync, 'sidecar.io/git-sync.depth': 'deep' },
    'annotation sidecar.io/git-sync.depth: got "deep"; use a whole number, at least 0 (invalid-value)',
  ],
  [
    'user info in the address',
    { [repo]: 'https://user:hunter2@example.com/site.git' },
    'use a URL without user info; credentials belong in a Secret (invalid-value)',
  ],
  [
    'a parameter that is not there',
    { ...gitSync, 'sidecar.io/git-sync.branch': 'main' },
    'annotation sidecar.io/git-sync.branch: unknown parameter; known: ',
  ],
  [
    'a sidecar that is not there',
    { 'sidecar.io/gitsync': repository },
    'annotation sidecar.io/gitsync: no such sidecar; known: git-sync, log-collector, statsd-exporter, tls-proxy (unknown-sidecar)',
  ],
  [
    'a sidecar with capital letters',
    { 'sidecar.io/Git-Sync': repository },
    'annotation sidecar.io/Git-Sync: no such sidecar; known: ',
  ],
  [
    'neither yes nor no',
    { ...gitSync, 'sidecar.io/inject': 'maybe' },
    'annotation sidecar.io/inject: got "maybe"; use "true" or "false" (invalid-inject)',
  ],
  [
    'two mistakes',
    { ...gitSync, 'sidecar.io/git-sync.depth': 'deep', 'sidecar.io/git-sync.period': 'often' },
    '2 problems: ',
  ],
];

describeWithControllers('where the overlay of policies is all that is installed', () => {
  beforeAll(async () => {
    await reinstall();
    await deleteRegistration();
    await installPolicies();
  });
  afterAll(async () => {
    await removePolicies();
    await reinstall();
  });

  it('check finds nothing wrong, and says what injects', async () => {
    const { stdout, stderr } = await runProgram('check', '-o', 'json');
    const { checks, injectedBy } = JSON.parse(stdout || '{}');
    const troubles = (checks ?? []).filter(({ outcome }: { outcome: string }) => outcome !== 'ok');
    expect({ troubles, injectedBy, stderr }).toMatchObject({ troubles: [], injectedBy: ['policies'] });
  });

  describe('a pod', () => {
    it('gets its sidecar, the mount that it asks for, and a status that says who put it in', async () => {
      const { pod } = await (await createNamespace()).createPod(podOf('web', mountedGitSync));
      expect(pod.spec?.initContainers?.map(({ name }) => name)).toEqual(['git-sync']);
      expect(pod.spec?.containers[0]?.volumeMounts).toContainEqual({
        name: 'git-sync',
        mountPath: '/site',
        readOnly: true,
      });
      expect(isByPolicy(pod)).toBe(true);
      expect(Object.keys(pod.metadata?.annotations ?? {}).filter(key => key.startsWith('policies.'))).toEqual(
        [],
      );
    });

    it('without annotations stays as it is', async () => {
      const { pod } = await (await createNamespace()).createPod(podOf('web'));
      expect(pod.spec?.initContainers).toBeUndefined();
      expect(pod.metadata?.annotations).toBeUndefined();
    });

    it.each(mistakes)('with %s is refused in the words of the webhook', async (_what, annotations, said) => {
      const refusal = await (await createNamespace()).refusalOf(podOf('web', annotations));
      expect(refusal).toContain(said);
      expect(refusal).not.toContain('hunter2');
    });

    it('of a labelled namespace gets what that asks for', async () => {
      const namespace = await createNamespace({ 'sidecar.io/inject': 'enabled' }, gitSync);
      await eventually(async () => {
        const { pod } = await namespace.createPod(podOf('web'), '--dry-run=server');
        const status = JSON.parse(pod.metadata?.annotations?.['sidecar.io/status'] ?? '{}');
        expect(status['git-sync']).toMatchObject({ by: 'policy', from: `namespace ${namespace.name}` });
      });
      const { pod } = await namespace.createPod(podOf('out', { 'sidecar.io/git-sync.inject': 'false' }));
      expect(pod.spec?.initContainers).toBeUndefined();
    });
  });

  // Of several policies that refuse a pod the API server names one, in an order that changes whenever a policy does.
  describe('a pod that the guard alone refuses', () => {
    beforeAll(async () => {
      await unbindRefusals();
      await eventually(async () => {
        const refusal = await (await createNamespace()).refusalOf(podOf('web', { ...gitSync, [ref]: '' }));
        expect(refusal).toContain('sidecar-injector-guard');
      });
    });
    afterAll(installPolicies);

    it.each(mistakes)(
      'with %s is refused in the words of the webhook too',
      async (_what, annotations, said) => {
        const refusal = await (await createNamespace()).refusalOf(podOf('web', annotations));
        expect(refusal).toContain(said);
        expect(refusal).not.toContain('hunter2');
      },
    );

    it('is refused in them in a labelled namespace', async () => {
      const namespace = await createNamespace({ 'sidecar.io/inject': 'enabled' }, { ...gitSync, [ref]: '' });
      await eventually(async () => {
        const refusal = await namespace.refusalOf(podOf('web'));
        expect(refusal).toContain('sidecar-injector-namespace-guard');
        expect(refusal).toContain('annotation sidecar.io/git-sync.ref');
      });
    });
  });

  it('a pod of a labelled namespace gets all that it asks for, and a copy what its origin has', async () => {
    const both = { ...gitSync, 'sidecar.io/statsd-exporter': 'true', 'sidecar.io/tls-proxy': '8443:8080' };
    const secret = { 'sidecar.io/tls-proxy.secret': 'tls' };
    const namespace = await createNamespace({ 'sidecar.io/inject': 'enabled' }, { ...both, ...secret });
    const names = async (manifest: PodManifest) => {
      const { pod } = await namespace.createPod(manifest, '--dry-run=server');
      return pod.spec?.initContainers?.map(({ name }) => name);
    };
    await eventually(async () =>
      expect(await names(podOf('web'))).toEqual(['git-sync', 'statsd-exporter', 'tls-proxy']),
    );
    const { pod } = await (await createNamespace()).createPod(podOf('web', gitSync));
    const { annotations = {} } = pod.metadata ?? {};
    const copy = { ...podOf('copy', annotations), spec: pod.spec ?? { containers: [] } };
    expect(await names(copy)).toEqual(['git-sync']);
  });

  describe.each<WorkloadKind>(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'])('a %s', kind => {
    it('has its annotations carried into the template and taken back, and is applied again without a change', async () => {
      const { kubectl, json } = await createNamespace();
      const get = () => json<WorkloadObject>(`get ${kind} web`);
      const apply = (object: object) => kubectl('apply -f -', object);
      await apply(workloadOf(kind));
      await kubectl(`annotate ${kind} web ${repo}=${repository}`);
      expect(templateAnnotations(await get())).toEqual(gitSync);
      await kubectl(`annotate --overwrite ${kind} web ${repo}=https://github.com/org/other.git ${ref}=v1`);
      expect(templateAnnotations(await get())).toEqual({
        [repo]: 'https://github.com/org/other.git',
        [ref]: 'v1',
      });
      const { generation } = (await get()).metadata;
      await apply(workloadOf(kind));
      expect((await get()).metadata.generation).toBe(generation);
      await kubectl(`annotate ${kind} web ${repo}- ${ref}-`);
      const after = await get();
      expect(templateAnnotations(after) ?? {}).toEqual({});
      expect(after.metadata.annotations?.['sidecar.io/propagated']).toBe('{}');
    });

    it('keeps what its user wrote into the template', async () => {
      const { kubectl, json } = await createNamespace();
      const own = workloadOf(kind, { template: { [ref]: 'v2', [repo]: repository } });
      await kubectl('apply -f -', own);
      await kubectl(`annotate ${kind} web ${ref}=v3`);
      expect(templateAnnotations(await json<WorkloadObject>(`get ${kind} web`))).toEqual({
        [ref]: 'v2',
        [repo]: repository,
      });
      await kubectl(`annotate ${kind} web ${ref}-`);
      expect(templateAnnotations(await json<WorkloadObject>(`get ${kind} web`))).toEqual({
        [ref]: 'v2',
        [repo]: repository,
      });
    });
  });

  it('pods of an annotated Deployment are injected', async () => {
    const namespace = await createNamespace();
    await namespace.kubectl('apply -f -', workloadOf('Deployment', { annotations: mountedGitSync }));
    await eventually(async () => {
      const [pod] = await namespace.pods();
      expect(pod && isByPolicy(pod)).toBe(true);
    });
  });

  it('a Job carries its annotations when it is created', async () => {
    const { kubectl, json } = await createNamespace();
    await kubectl('create -f -', workloadOf('Job', { annotations: gitSync }));
    expect(templateAnnotations(await json<WorkloadObject>('get job web'))).toEqual(gitSync);
  });
});
