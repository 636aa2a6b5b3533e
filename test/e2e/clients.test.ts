import type { V1Pod } from '@kubernetes/client-node';
import { expect, it, vi } from 'vitest';
import {
  createNamespace,
  createPod,
  describeWithApiServer,
  gitSync,
  kubectl,
  kubectlJson,
  podOf,
  useWebhook,
} from './suite.ts';

describeWithApiServer('a pod', () => {
  const webhook = useWebhook();

  it('that is a server dry run shows the sidecar and is not kept', async () => {
    const namespace = await createNamespace();
    const { pod } = await createPod(namespace, podOf('web', gitSync), '--dry-run=server');
    expect(initContainerNames(pod)).toEqual(['git-sync']);
    expect((await kubectl(`-n ${namespace} get pods -o name`)).stdout).toBe('');
    await vi.waitFor(
      () => expect(webhook().entries).toContainEqual(expect.objectContaining({ namespace, dryRun: true })),
      { timeout: 5000 },
    );
  });

  it('that is applied twice is unchanged the second time, and without a difference', async () => {
    const namespace = await createNamespace();
    const apply = () => kubectl(`-n ${namespace} apply -f -`, podOf('web', gitSync));
    expect((await apply()).stdout).toBe('pod/web created\n');
    expect((await apply()).stdout).toBe('pod/web unchanged\n');
    expect((await kubectl(`-n ${namespace} diff -f -`, podOf('web', gitSync))).stdout).toBe('');
  });

  it('that is applied again with another label keeps its sidecar', async () => {
    const namespace = await createNamespace();
    const manifest = podOf('web', gitSync);
    await kubectl(`-n ${namespace} apply -f -`, manifest);
    const labelled = { ...manifest, metadata: { ...manifest.metadata, labels: { tier: 'front' } } };
    expect((await kubectl(`-n ${namespace} apply -f -`, labelled)).stdout).toBe('pod/web configured\n');
    const pod = await kubectlJson<V1Pod>(`-n ${namespace} get pod web`);
    expect(initContainerNames(pod)).toEqual(['git-sync']);
    expect(pod.metadata?.annotations).toHaveProperty(['sidecar.io/status']);
    expect(pod.metadata?.labels).toEqual({ tier: 'front' });
  });

  it('that is applied on the server side gets its sidecar, and a second time nothing changes', async () => {
    const namespace = await createNamespace();
    const apply = () => kubectl(`-n ${namespace} apply --server-side -f - -o json`, podOf('web', gitSync));
    const first: V1Pod = JSON.parse((await apply()).stdout);
    expect(initContainerNames(first)).toEqual(['git-sync']);
    const second: V1Pod = JSON.parse((await apply()).stdout);
    expect(second.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
    expect((await kubectl(`-n ${namespace} diff --server-side -f -`, podOf('web', gitSync))).stdout).toBe('');
  });

  it('whose name the API server makes up gets its sidecar each time', async () => {
    const namespace = await createNamespace();
    const { metadata, ...rest } = podOf('web', gitSync);
    const manifest = { ...rest, metadata: { generateName: 'web-', annotations: metadata.annotations ?? {} } };
    const pods = await Promise.all([createPod(namespace, manifest), createPod(namespace, manifest)]);
    expect(new Set(pods.map(({ pod }) => pod.metadata?.name)).size).toBe(2);
    for (const { pod } of pods) expect(initContainerNames(pod)).toEqual(['git-sync']);
    await vi.waitFor(
      () => expect(webhook().entries).toContainEqual(expect.objectContaining({ namespace, pod: 'web-' })),
      { timeout: 5000 },
    );
  });
});

describeWithApiServer('the shared volume', () => {
  useWebhook();

  it('may be mounted by a pod that does not declare it', async () => {
    const mounts = [{ name: 'git-sync', mountPath: '/site', readOnly: true }];
    const app = { containers: [{ name: 'web', image: 'nginx:1.29', volumeMounts: mounts }] };
    const { pod, stderr } = await createPod(await createNamespace(), podOf('web', gitSync, app));
    expect(volumesNamed(pod, 'git-sync')).toEqual([{ name: 'git-sync', emptyDir: {} }]);
    expect(stderr).toBe('');
  });

  it('is used as it is where the pod declares it', async () => {
    const volumes = [{ name: 'git-sync', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }];
    const { pod } = await createPod(await createNamespace(), podOf('web', gitSync, { volumes }));
    expect(volumesNamed(pod, 'git-sync')).toEqual(volumes);
    expect(pod.metadata?.annotations).toMatchObject({
      'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': 'git-sync-tmp',
    });
  });

  it('may be a claim, with a warning that several pods would write it', async () => {
    const volumes = [{ name: 'content', persistentVolumeClaim: { claimName: 'content' } }];
    const annotations = { ...gitSync, 'sidecar.io/git-sync.volume': 'content' };
    const { pod, stderr } = await createPod(await createNamespace(), podOf('web', annotations, { volumes }));
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
    const { pod, stderr } = await createPod(await createNamespace(), podOf('web', annotations, spec));
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
    const { stderr } = await createPod(await createNamespace(), podOf('web', gitSync));
    expect(stderr).toMatch(/^Warning: .*sidecar\.io\/git-sync\.mount.*\n$/);
  });
});

function initContainerNames({ spec }: V1Pod): readonly string[] | undefined {
  return spec?.initContainers?.map(({ name }) => name);
}

function volumesNamed({ spec }: V1Pod, name: string) {
  return spec?.volumes?.filter(volume => volume.name === name);
}
