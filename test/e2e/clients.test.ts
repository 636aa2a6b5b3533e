import type { V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { initContainerNames } from './pod-containers.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { describeWithApiServer, eventually, useWebhook } from './suite.ts';
import { createNamespace, createPod } from './test-namespace.ts';

describeWithApiServer('a pod', () => {
  const webhook = useWebhook();

  it('that is a server dry run shows the sidecar and is not kept', async () => {
    const namespace = await createNamespace();
    const { pod } = await namespace.createPod(podOf('web', gitSync), '--dry-run=server');
    expect(initContainerNames(pod)).toEqual(['git-sync']);
    expect((await namespace.kubectl('get pods -o name')).stdout).toBe('');
    const entry = { namespace: namespace.name, dryRun: true };
    await eventually(() => expect(webhook().entries).toContainEqual(expect.objectContaining(entry)), {
      withinMs: 5000,
    });
  });

  it('that is applied twice is unchanged the second time, and without a difference', async () => {
    const namespace = await createNamespace();
    const apply = () => namespace.kubectl('apply -f -', podOf('web', gitSync));
    expect((await apply()).stdout).toBe('pod/web created\n');
    expect((await apply()).stdout).toBe('pod/web unchanged\n');
    expect((await namespace.kubectl('diff -f -', podOf('web', gitSync))).stdout).toBe('');
  });

  it('that is applied again with another label keeps its sidecar', async () => {
    const namespace = await createNamespace();
    const manifest = podOf('web', gitSync);
    await namespace.kubectl('apply -f -', manifest);
    const labelled = { ...manifest, metadata: { ...manifest.metadata, labels: { tier: 'front' } } };
    expect((await namespace.kubectl('apply -f -', labelled)).stdout).toBe('pod/web configured\n');
    const pod = await namespace.pod('web');
    expect(initContainerNames(pod)).toEqual(['git-sync']);
    expect(pod.metadata?.annotations).toHaveProperty(['sidecar.io/status']);
    expect(pod.metadata?.labels).toEqual({ tier: 'front' });
  });

  it('that is applied on the server side gets its sidecar, and a second time nothing changes', async () => {
    const namespace = await createNamespace();
    const apply = () => namespace.json<V1Pod>('apply --server-side -f -', podOf('web', gitSync));
    const first = await apply();
    expect(initContainerNames(first)).toEqual(['git-sync']);
    const second = await apply();
    expect(second.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
    expect((await namespace.kubectl('diff --server-side -f -', podOf('web', gitSync))).stdout).toBe('');
  });

  it('whose name the API server makes up gets its sidecar each time', async () => {
    const namespace = await createNamespace();
    const { metadata, ...rest } = podOf('web', gitSync);
    const manifest = { ...rest, metadata: { generateName: 'web-', annotations: metadata.annotations ?? {} } };
    const pods = await Promise.all([namespace.createPod(manifest), namespace.createPod(manifest)]);
    expect(new Set(pods.map(({ pod }) => pod.metadata?.name)).size).toBe(2);
    for (const { pod } of pods) expect(initContainerNames(pod)).toEqual(['git-sync']);
    const entry = { namespace: namespace.name, pod: 'web-' };
    await eventually(() => expect(webhook().entries).toContainEqual(expect.objectContaining(entry)), {
      withinMs: 5000,
    });
  });
});

describeWithApiServer('the shared volume', () => {
  useWebhook();

  it('may be mounted by a pod that does not declare it', async () => {
    const mounts = [{ name: 'git-sync', mountPath: '/site', readOnly: true }];
    const app = { containers: [{ name: 'web', image: 'nginx:1.29', volumeMounts: mounts }] };
    const { pod, stderr } = await createPod(podOf('web', gitSync, app));
    expect(volumesNamed(pod, 'git-sync')).toEqual([{ name: 'git-sync', emptyDir: {} }]);
    expect(stderr).toBe('');
  });

  it('is used as it is where the pod declares it', async () => {
    const volumes = [{ name: 'git-sync', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }];
    const { pod } = await createPod(podOf('web', gitSync, { volumes }));
    expect(volumesNamed(pod, 'git-sync')).toEqual(volumes);
    expect(pod.metadata?.annotations).toMatchObject({
      'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': 'git-sync-tmp',
    });
  });

  it('may be a claim, with a warning that several pods would write it', async () => {
    const volumes = [{ name: 'content', persistentVolumeClaim: { claimName: 'content' } }];
    const annotations = { ...gitSync, 'sidecar.io/git-sync.volume': 'content' };
    const { pod, stderr } = await createPod(podOf('web', annotations, { volumes }));
    expect(volumesNamed(pod, 'content')).toEqual(volumes);
    expect(pod.spec?.initContainers?.[0]?.volumeMounts?.[0]).toEqual({ name: 'content', mountPath: '/git' });
    expect(stderr).toMatch(/^Warning: sidecar\.io\/git-sync: .*claim of volume "content"/);
  });

  it('is mounted in the app where an annotation asks for it, read-only and in the named containers', async () => {
    const annotations = {
      ...gitSync,
      'sidecar.io/git-sync.mount': '/site',
      'sidecar.io/git-sync.containers': 'web,api',
    };
    const containers = ['web', 'logs', 'api'].map(name => ({ name, image: `example.com/${name}:1` }));
    const spec = { containers, automountServiceAccountToken: false };
    const { pod, stderr } = await createPod(podOf('web', annotations, spec));
    const mount = { name: 'git-sync', mountPath: '/site', readOnly: true };
    const mounts = pod.spec?.containers.map(({ name, volumeMounts }) => [name, volumeMounts]);
    expect(mounts).toEqual([
      ['web', [mount]],
      ['logs', undefined],
      ['api', [mount]],
    ]);
    expect(stderr).toBe('');
  });

  it('that nobody mounts makes kubectl print a warning that says how to', async () => {
    const { stderr } = await createPod(podOf('web', gitSync));
    expect(stderr).toMatch(/^Warning: .*sidecar\.io\/git-sync\.mount.*\n$/);
  });
});

function volumesNamed({ spec }: V1Pod, name: string) {
  return spec?.volumes?.filter(volume => volume.name === name);
}
