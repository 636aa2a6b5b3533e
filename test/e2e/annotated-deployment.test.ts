import { expect, it } from 'vitest';
import { mountedGitSync, repository } from './pod-manifests.ts';
import { describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace } from './test-namespace.ts';
import { templateAnnotations, type WorkloadObject, workloadOf } from './workload-manifests.ts';

const [repo, mount, ref] = ['sidecar.io/git-sync', 'sidecar.io/git-sync.mount', 'sidecar.io/git-sync.ref'];

/** A namespace with a Deployment, and kubectl for it. */
async function useDeployment(manifest: object = workloadOf('Deployment')) {
  const namespace = await createNamespace();
  const { kubectl, json } = namespace;
  await kubectl('apply -f -', manifest);
  return {
    kubectl,
    apply: (changed: object = manifest) => kubectl('apply -f -', changed),
    annotate: (...annotations: readonly string[]) =>
      kubectl(`annotate --overwrite deployment web ${annotations.join(' ')}`),
    get: () => json<WorkloadObject>('get deployment web'),
    /** Those that are to stay. */
    pods: async () =>
      (await namespace.pods()).filter(({ metadata }) => metadata?.deletionTimestamp === undefined),
  };
}

function own({ metadata: { annotations = {} } }: WorkloadObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith('sidecar.io/')));
}

describeWithControllers('kubectl annotate deployment', () => {
  useWebhook();

  it('rolls the sidecar out, says where the content will be, and remembers what was carried', async () => {
    const { annotate, get, pods } = await useDeployment();
    const { stderr } = await annotate(`${repo}=${repository}`, `${mount}=/site`);
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /site/current\n");
    const deployment = await get();
    expect(templateAnnotations(deployment)).toEqual(mountedGitSync);
    expect(own(deployment)).toEqual({
      ...mountedGitSync,
      'sidecar.io/propagated': JSON.stringify(mountedGitSync),
    });
    await eventually(async () => {
      const injected = (await pods()).filter(({ spec }) => spec?.initContainers?.[0]?.name === 'git-sync');
      expect(injected).not.toEqual([]);
      const mounts = injected[0]?.spec?.containers[0]?.volumeMounts;
      expect(mounts).toContainEqual({ name: 'git-sync', mountPath: '/site', readOnly: true });
    });
  });

  it('with another parameter rolls out again, and without any leaves all as it was before', async () => {
    const { annotate, get } = await useDeployment();
    const before = await get();
    await annotate(`${repo}=${repository}`);
    await annotate(`${ref}=v1`);
    const changed = await get();
    expect(templateAnnotations(changed)).toEqual({ [repo]: repository, [ref]: 'v1' });
    expect(changed.metadata.generation).toBe(3);
    expect((await annotate(`${repo}-`, `${ref}-`)).stderr).toBe(
      "Warning: web's pods will no longer get git-sync\n",
    );
    const after = await get();
    expect(after.spec).toEqual(before.spec);
    expect(own(after)).toEqual({});
    // The old template is the old ReplicaSet: nothing of ours is left in it.
    await eventually(async () => {
      const { metadata } = await get();
      expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('4');
    });
  });

  it('is quiet about an image, and goes on telling what is a problem', async () => {
    const { annotate, kubectl } = await useDeployment();
    await annotate(`${repo}=${repository}`, `${mount}=/site`);
    expect((await kubectl('set image deployment/web web=nginx:1.30')).stderr).toBe('');
    await annotate(`${mount}-`);
    expect((await kubectl('set image deployment/web web=nginx:1.31')).stderr).toBe(
      'Warning: set sidecar.io/git-sync.mount to a path: no container mounts the volume "git-sync"\n',
    );
  });

  it('with inject "false" takes the sidecar away until that is gone', async () => {
    const { annotate, get } = await useDeployment();
    await annotate(`${repo}=${repository}`, `${mount}=/site`);
    const { stderr } = await annotate('sidecar.io/inject=false');
    expect(stderr).toBe("Warning: web's pods will no longer get git-sync\n");
    expect(templateAnnotations(await get())).toEqual({ ...mountedGitSync, 'sidecar.io/inject': 'false' });
    await annotate('sidecar.io/inject-');
    expect(templateAnnotations(await get())).toEqual(mountedGitSync);
  });

  it('rolled back brings the old annotations, and again the new ones, and both can still be taken away', async () => {
    const { annotate, kubectl, get } = await useDeployment();
    const before = await get();
    const revision = (expected: string) =>
      eventually(async () => {
        const { metadata } = await get();
        expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe(expected);
      });
    await revision('1');
    await annotate(`${repo}=${repository}`, `${mount}=/site`);
    await revision('2');
    await kubectl('rollout undo deployment/web');
    await revision('3');
    const undone = await get();
    expect(undone.spec).toEqual(before.spec);
    expect(own(undone)).toEqual({});
    await kubectl('rollout undo deployment/web');
    await revision('4');
    const redone = await get();
    expect(templateAnnotations(redone)).toEqual(mountedGitSync);
    expect(own(redone)).toMatchObject(mountedGitSync);
    await annotate(`${repo}-`, `${mount}-`);
    expect((await get()).spec).toEqual(before.spec);
  });

  it('restarted and scaled behaves as ever', async () => {
    const { annotate, kubectl, get } = await useDeployment();
    await annotate(`${repo}=${repository}`, `${mount}=/site`);
    expect((await kubectl('rollout restart deployment/web')).stderr).toBe('');
    expect(templateAnnotations(await get())).toEqual({
      ...mountedGitSync,
      'kubectl.kubernetes.io/restartedAt': expect.any(String),
    });
    await kubectl('scale deployment/web --replicas=3');
    expect((await get()).spec).toMatchObject({ replicas: 3 });
  });
});

describeWithControllers('a manifest of an annotated Deployment', () => {
  useWebhook();
  const manifest = workloadOf('Deployment', { annotations: mountedGitSync });

  it('applied again is unchanged, without a difference, and makes no new generation in fifty rounds', async () => {
    const { apply, kubectl, get } = await useDeployment(manifest);
    const first = await get();
    expect(first.metadata.generation).toBe(1);
    expect(templateAnnotations(first)).toEqual(mountedGitSync);
    expect((await kubectl('diff -f -', manifest)).stdout).toBe('');
    for (let round = 0; round < 50; round++) {
      expect((await apply()).stdout).toBe('deployment.apps/web unchanged\n');
    }
    const { metadata } = await get();
    expect(metadata.generation).toBe(1);
  });

  it('applied on the server side has no conflict with another manager, and leaves no difference', async () => {
    const { kubectl, get } = await useDeployment(manifest);
    const before = await get();
    const asGitOps = '--server-side --field-manager=gitops -f -';
    await kubectl(`apply ${asGitOps}`, manifest);
    expect((await kubectl(`diff ${asGitOps}`, manifest)).stdout).toBe('');
    const applied = await get();
    expect(applied.spec).toEqual(before.spec);
    await kubectl(`apply ${asGitOps}`, manifest);
    expect((await get()).metadata.resourceVersion).toBe(applied.metadata.resourceVersion);
    expect(own(applied)).toEqual(own(before));
  });

  it('replaced keeps the sidecar', async () => {
    const { kubectl, get } = await useDeployment(manifest);
    const before = await get();
    expect((await kubectl('replace -f -', manifest)).stderr).toBe('');
    const deployment = await get();
    expect(deployment.spec).toEqual(before.spec);
    expect(own(deployment)).toEqual(own(before));
  });

  it('whose annotation moves into the template and back again ends as it says', async () => {
    const inTemplate = workloadOf('Deployment', { template: mountedGitSync });
    const { apply, annotate, get } = await useDeployment(manifest);
    await apply(inTemplate);
    expect(own(await get())).toEqual({});
    await annotate('sidecar.io/git-sync.period=2m');
    await annotate('sidecar.io/git-sync.period-');
    expect(templateAnnotations(await get()), 'the user wrote it there').toEqual(mountedGitSync);
    await apply(manifest);
    const back = await get();
    expect(templateAnnotations(back)).toEqual(mountedGitSync);
    expect(own(back)).toEqual({ ...mountedGitSync, 'sidecar.io/propagated': JSON.stringify(mountedGitSync) });
    await annotate(`${repo}-`, `${mount}-`);
    expect(templateAnnotations(await get())).toEqual({});
  });

  it('whose template has another value keeps it, with a warning', async () => {
    const { annotate, get } = await useDeployment(
      workloadOf('Deployment', { template: { ...mountedGitSync, [ref]: 'v1' } }),
    );
    const { stderr } = await annotate(`${ref}=v2`);
    expect(stderr).toBe(
      "Warning: sidecar.io/git-sync.ref: the value of the pod template itself counts, not the Deployment's\n",
    );
    expect(templateAnnotations(await get())).toEqual({ ...mountedGitSync, [ref]: 'v1' });
    await annotate(`${ref}-`);
    expect(templateAnnotations(await get())).toEqual({ ...mountedGitSync, [ref]: 'v1' });
  });

  it('whose carried annotation is edited in the template is the user’s from then on', async () => {
    const { kubectl, annotate, get } = await useDeployment(manifest);
    const patch = { spec: { template: { metadata: { annotations: { [mount]: '/www' } } } } };
    await kubectl(`patch deployment web --patch ${JSON.stringify(patch)}`);
    expect(templateAnnotations(await get())).toEqual({ ...mountedGitSync, [mount]: '/www' });
    expect(own(await get())['sidecar.io/propagated']).toBe(JSON.stringify({ [repo]: repository }));
    await annotate(`${mount}-`);
    expect(templateAnnotations(await get())).toEqual({ ...mountedGitSync, [mount]: '/www' });
  });

  it('whose memory is written over is remembered all the same', async () => {
    const { annotate, get } = await useDeployment(manifest);
    await annotate('sidecar.io/propagated=lost');
    expect(own(await get())['sidecar.io/propagated']).toBe(JSON.stringify(mountedGitSync));
    await annotate(`${repo}-`, `${mount}-`);
    expect(templateAnnotations(await get())).toEqual({});
  });

  it('whose container mounts the shared volume without declaring it is accepted, and stays so', async () => {
    const mounts = [{ name: 'content', mountPath: '/www', readOnly: true }];
    const podSpec = { containers: [{ name: 'web', image: 'nginx:1.29', volumeMounts: mounts }] };
    const annotations = {
      [repo]: repository,
      'sidecar.io/git-sync.volume': 'content',
      'sidecar.io/git-sync.size': '1024Mi',
    };
    const mounting = workloadOf('Deployment', { annotations, podSpec });
    const { apply, kubectl, get } = await useDeployment(mounting);
    const { spec, metadata } = await get();
    expect(spec.template?.spec.volumes).toEqual([{ name: 'content', emptyDir: { sizeLimit: '1Gi' } }]);
    expect((await apply()).stdout).toBe('deployment.apps/web unchanged\n');
    expect((await kubectl('set image deployment/web web=nginx:1.30')).stderr, 'the size is as asked').toBe(
      '',
    );
    await kubectl('replace -f -', mounting);
    expect((await get()).spec).toEqual(spec);
    expect(metadata.generation).toBe(1);
  });

  it('with a typo in the name of a mount gets the API server’s own error', async () => {
    const mounts = [{ name: 'git-snyc', mountPath: '/site' }];
    const podSpec = { containers: [{ name: 'web', image: 'nginx:1.29', volumeMounts: mounts }] };
    const manifest = workloadOf('Deployment', { annotations: { [repo]: repository }, podSpec });
    await expect(useDeployment(manifest)).rejects.toThrow(
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "git-snyc"',
    );
  });
});
