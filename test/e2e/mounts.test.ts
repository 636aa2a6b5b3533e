/** What the API server itself brings: tokens, claims of workloads, places of init containers. */
import type { V1PodSpec, V1VolumeMount } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { gitSync, mountedGitSync, podOf, repository } from './pod-manifests.ts';
import { describeWithApiServer, useWebhook } from './suite.ts';
import { useNamespace } from './test-namespace.ts';
import { type WorkloadKind, type WorkloadOptions, workloadOf } from './workload-manifests.ts';

const overToken = { ...gitSync, 'sidecar.io/git-sync.mount': '/var' };
const withoutToken = { automountServiceAccountToken: false };
const image = 'nginx:1.29';

describeWithApiServer('a mount', () => {
  useWebhook();
  const namespace = useNamespace();
  const create = (kind: WorkloadKind, options: WorkloadOptions) =>
    namespace().kubectl('create --dry-run=server -f -', workloadOf(kind, options));

  it('above the token is refused where there is one: in a pod and in a template', async () => {
    await expect(namespace().refusalOf(podOf('web', overToken))).resolves.toContain('(mount-path-taken)');
    await expect(create('Deployment', { annotations: overToken })).rejects.toThrow(
      'set automountServiceAccountToken: false (mount-path-taken)',
    );
    await create('Deployment', { annotations: overToken, podSpec: withoutToken });
    await namespace().createPod(podOf('pod-without', overToken, withoutToken), '--dry-run=server');
    const account = { metadata: { name: 'plain' }, ...withoutToken };
    await namespace().kubectl('create -f -', { apiVersion: 'v1', kind: 'ServiceAccount', ...account });
    const spec = { serviceAccountName: 'plain' };
    await namespace().createPod(podOf('account-without', overToken, spec), '--dry-run=server');
  });

  it.each([
    [{ volumeMode: 'Block' }, 'volumeMode: Block'],
    [{ accessModes: ['ReadOnlyMany'] }, 'ReadOnlyMany only'],
  ])('of a claim that every pod gets is refused where it cannot be written: %j', async (more, says) => {
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more };
    const volumeClaimTemplates = [{ metadata: { name: 'git-sync' }, spec: claim }];
    const attempt = create('StatefulSet', { annotations: mountedGitSync, spec: { volumeClaimTemplates } });
    await expect(attempt).rejects.toThrow(says);
    await expect(attempt).rejects.toThrow('(volume-read-only)');
  });

  it('at the path of a device is refused with the annotation', async () => {
    const volumeDevices = [{ name: 'disk', devicePath: '/site' }];
    const spec = {
      containers: [{ name: 'web', image, volumeDevices }],
      volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: 'disk' } }],
    };
    await expect(namespace().refusalOf(podOf('device', mountedGitSync, spec))).resolves.toContain(
      'sidecar.io/git-sync.mount: container web has the device "disk" at /site already',
    );
  });

  it('goes into init containers that are named', async () => {
    const annotations = { ...mountedGitSync, 'sidecar.io/git-sync.containers': 'build,web' };
    const initContainers = [
      { name: 'setup', image },
      { name: 'build', image },
    ];
    const { pod } = await namespace().createPod(podOf('init', annotations, { initContainers }));
    expect(pathsOf(pod.spec)).toEqual({ 'git-sync': '/git', setup: '', build: '/site', web: '/site' });
  });

  it('may be at another path in each container, written by hand', async () => {
    const mountAt = (name: string, mountPath: string) => ({
      name,
      image,
      volumeMounts: [{ name: 'git-sync', mountPath, readOnly: true }],
    });
    const spec = { containers: [mountAt('web', '/a'), mountAt('worker', '/b')] };
    const annotations = { 'sidecar.io/git-sync': repository };
    await create('Deployment', { annotations, podSpec: spec });
    const { pod } = await namespace().createPod(podOf('by-hand', annotations, spec));
    expect(pathsOf(pod.spec)).toEqual({ 'git-sync': '/git', web: '/a', worker: '/b' });
  });
});

/** Where each container mounts the shared volume. */
function pathsOf(spec: V1PodSpec | undefined): Readonly<Record<string, string>> {
  const isShared = ({ name }: V1VolumeMount) => name === 'git-sync';
  return Object.fromEntries(
    [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name, volumeMounts }) => [
      name,
      volumeMounts?.find(isShared)?.mountPath ?? '',
    ]),
  );
}
