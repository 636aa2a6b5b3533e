import type { V1Pod } from '@kubernetes/client-node';
import { expect, it, vi } from 'vitest';
import {
  createNamespace,
  describeWithControllers,
  kubectl,
  kubectlJson,
  repository,
  useWebhook,
} from './suite.ts';
import { templateAnnotations, type WorkloadObject, workloadOf } from './workload-manifests.ts';

const [repo, mount, ref] = ['sidecar.io/git-sync', 'sidecar.io/git-sync.mount', 'sidecar.io/git-sync.ref'];
const asked = { [repo]: repository, [mount]: '/site' };

/** A namespace with a Deployment, and kubectl for it. */
async function useDeployment(manifest: object = workloadOf('Deployment')) {
  const namespace = await createNamespace();
  const inNamespace = (args: string, input?: unknown) => kubectl(`-n ${namespace} ${args}`, input);
  await inNamespace('apply -f -', manifest);
  return {
    run: inNamespace,
    apply: (changed: object = manifest) => inNamespace('apply -f -', changed),
    annotate: (...annotations: readonly string[]) =>
      inNamespace(`annotate --overwrite deployment web ${annotations.join(' ')}`),
    get: () => kubectlJson<WorkloadObject>(`-n ${namespace} get deployment web`),
    /** Waits until all pods are those of the newest template, and returns the names of their init containers. */
    pods: () =>
      vi.waitFor(async () => {
        const { items } = await kubectlJson<{ items: readonly V1Pod[] }>(`-n ${namespace} get pods`);
        return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
      }, waiting),
  };
}

const waiting = { timeout: 30_000, interval: 200 };

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
    expect(templateAnnotations(deployment)).toEqual(asked);
    expect(own(deployment)).toEqual({ ...asked, 'sidecar.io/propagated': JSON.stringify(asked) });
    await vi.waitFor(async () => {
      const injected = (await pods()).filter(({ spec }) => spec?.initContainers?.[0]?.name === 'git-sync');
      expect(injected).not.toEqual([]);
      const mounts = injected[0]?.spec?.containers[0]?.volumeMounts;
      expect(mounts).toContainEqual({ name: 'git-sync', mountPath: '/site', readOnly: true });
    }, waiting);
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
    await vi.waitFor(async () => {
      const { metadata } = await get();
      expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('4');
    }, waiting);
  });

  it('is quiet about an image, and goes on telling what is a problem', async () => {
    const { annotate, run } = await useDeployment();
    await annotate(`${repo}=${repository}`, `${mount}=/site`);
    expect((await run('set image deployment/web web=nginx:1.30')).stderr).toBe('');
    await annotate(`${mount}-`);
    expect((await run('set image deployment/web web=nginx:1.31')).stderr).toBe(
      'Warning: set sidecar.io/git-sync.mount to a path: no container mounts the volume "git-sync"\n',
    );
  });

  it('with inject "false" takes the sidecar away until that is gone', async () => {
    const { annotate, get } = await useDeployment();
    await annotate(`${repo}=${repository}`, `${mount}=/site`);
    const { stderr } = await annotate('sidecar.io/inject=false');
    expect(stderr).toBe("Warning: web's pods will no longer get git-sync\n");
    expect(templateAnnotations(await get())).toEqual({ ...asked, 'sidecar.io/inject': 'false' });
    await annotate('sidecar.io/inject-');
    expect(templateAnnotations(await get())).toEqual(asked);
  });

  it('rolled back brings the old annotations, and again the new ones, and both can still be taken away', async () => {
    const { annotate, run, get } = await useDeployment();
    const before = await get();
    const revision = (expected: string) =>
      vi.waitFor(async () => {
        const { metadata } = await get();
        expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe(expected);
      }, waiting);
    await revision('1');
    await annotate(`${repo}=${repository}`, `${mount}=/site`);
    await revision('2');
    await run('rollout undo deployment/web');
    await revision('3');
    const undone = await get();
    expect(undone.spec).toEqual(before.spec);
    expect(own(undone)).toEqual({});
    await run('rollout undo deployment/web');
    await revision('4');
    const redone = await get();
    expect(templateAnnotations(redone)).toEqual(asked);
    expect(own(redone)).toMatchObject(asked);
    await annotate(`${repo}-`, `${mount}-`);
    expect((await get()).spec).toEqual(before.spec);
  });

  it('restarted and scaled behaves as ever', async () => {
    const { annotate, run, get } = await useDeployment();
    await annotate(`${repo}=${repository}`, `${mount}=/site`);
    expect((await run('rollout restart deployment/web')).stderr).toBe('');
    expect(templateAnnotations(await get())).toEqual({
      ...asked,
      'kubectl.kubernetes.io/restartedAt': expect.any(String),
    });
    await run('scale deployment/web --replicas=3');
    expect((await get()).spec).toMatchObject({ replicas: 3 });
  });
});

describeWithControllers('a manifest of an annotated Deployment', () => {
  useWebhook();
  const manifest = workloadOf('Deployment', { annotations: asked });

  it('applied again is unchanged, without a difference, and makes no new generation in fifty rounds', async () => {
    const { apply, run, get } = await useDeployment(manifest);
    const first = await get();
    expect(first.metadata.generation).toBe(1);
    expect(templateAnnotations(first)).toEqual(asked);
    expect((await run('diff -f -', manifest)).stdout).toBe('');
    for (let round = 0; round < 50; round++) {
      expect((await apply()).stdout).toBe('deployment.apps/web unchanged\n');
    }
    const { metadata } = await get();
    expect(metadata.generation).toBe(1);
  });

  it('applied on the server side has no conflict with another manager, and leaves no difference', async () => {
    const { run, get } = await useDeployment(manifest);
    const before = await get();
    const asGitOps = '--server-side --field-manager=gitops -f -';
    await run(`apply ${asGitOps}`, manifest);
    expect((await run(`diff ${asGitOps}`, manifest)).stdout).toBe('');
    const applied = await get();
    expect(applied.spec).toEqual(before.spec);
    await run(`apply ${asGitOps}`, manifest);
    expect((await get()).metadata.resourceVersion).toBe(applied.metadata.resourceVersion);
    expect(own(applied)).toEqual(own(before));
  });

  it('replaced keeps the sidecar', async () => {
    const { run, get } = await useDeployment(manifest);
    const before = await get();
    expect((await run('replace -f -', manifest)).stderr).toBe('');
    const deployment = await get();
    expect(deployment.spec).toEqual(before.spec);
    expect(own(deployment)).toEqual(own(before));
  });

  it('whose annotation moves into the template and back again ends as it says', async () => {
    const inTemplate = workloadOf('Deployment', { template: asked });
    const { apply, annotate, get } = await useDeployment(manifest);
    await apply(inTemplate);
    expect(own(await get())).toEqual({});
    await annotate('sidecar.io/git-sync.period=2m');
    await annotate('sidecar.io/git-sync.period-');
    expect(templateAnnotations(await get()), 'the user wrote it there').toEqual(asked);
    await apply(manifest);
    const back = await get();
    expect(templateAnnotations(back)).toEqual(asked);
    expect(own(back)).toEqual({ ...asked, 'sidecar.io/propagated': JSON.stringify(asked) });
    await annotate(`${repo}-`, `${mount}-`);
    expect(templateAnnotations(await get())).toEqual({});
  });

  it('whose template has another value keeps it, with a warning', async () => {
    const { annotate, get } = await useDeployment(
      workloadOf('Deployment', { template: { ...asked, [ref]: 'v1' } }),
    );
    const { stderr } = await annotate(`${ref}=v2`);
    expect(stderr).toBe(
      "Warning: sidecar.io/git-sync.ref: the value of the pod template itself counts, not the Deployment's\n",
    );
    expect(templateAnnotations(await get())).toEqual({ ...asked, [ref]: 'v1' });
    await annotate(`${ref}-`);
    expect(templateAnnotations(await get())).toEqual({ ...asked, [ref]: 'v1' });
  });

  it('whose carried annotation is edited in the template is the user’s from then on', async () => {
    const { run, annotate, get } = await useDeployment(manifest);
    const patch = { spec: { template: { metadata: { annotations: { [mount]: '/www' } } } } };
    await run(`patch deployment web --patch ${JSON.stringify(patch)}`);
    expect(templateAnnotations(await get())).toEqual({ ...asked, [mount]: '/www' });
    expect(own(await get())['sidecar.io/propagated']).toBe(JSON.stringify({ [repo]: repository }));
    await annotate(`${mount}-`);
    expect(templateAnnotations(await get())).toEqual({ ...asked, [mount]: '/www' });
  });

  it('whose memory is written over is remembered all the same', async () => {
    const { annotate, get } = await useDeployment(manifest);
    await annotate('sidecar.io/propagated=lost');
    expect(own(await get())['sidecar.io/propagated']).toBe(JSON.stringify(asked));
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
    const { apply, run, get } = await useDeployment(mounting);
    const { spec, metadata } = await get();
    expect(spec.template?.spec.volumes).toEqual([{ name: 'content', emptyDir: { sizeLimit: '1Gi' } }]);
    expect((await apply()).stdout).toBe('deployment.apps/web unchanged\n');
    expect((await run('set image deployment/web web=nginx:1.30')).stderr, 'the size is as asked').toBe('');
    await run('replace -f -', mounting);
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
