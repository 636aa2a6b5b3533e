/** Claims whose root directory belongs to root, and what becomes of mounts inside a checkout. */
import { describe, expect } from 'vitest';
import { type Manifest, type Scene, until } from './scene.ts';
import { appContainer, gitSync, gitSyncCase, idle, podOf } from './suite.ts';

/** Pods may be root and see the node. */
const unrestricted = { labels: {} };

/** A claim on a directory of the node that root has just made. */
async function claimOfRoot(scene: Scene): Promise<readonly Manifest[]> {
  const path = `/var/tmp/${scene.namespace}`;
  const volumes = [{ name: 'made', hostPath: { path, type: 'DirectoryOrCreate' } }];
  const containers = [appContainer('true', { volumeMounts: [{ name: 'made', mountPath: '/made' }] })];
  await scene.apply(podOf('make', {}, { containers, volumes, restartPolicy: 'Never' }));
  const { spec } = await scene.ended('make');
  const size = { storage: '1Gi' };
  const common = { accessModes: ['ReadWriteOnce'], storageClassName: scene.namespace };
  const isThatNode = { key: 'kubernetes.io/hostname', operator: 'In', values: [spec?.nodeName] };
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: scene.namespace },
      spec: {
        ...common,
        capacity: size,
        local: { path },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [isThatNode] }] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'site' },
      spec: { ...common, resources: { requests: size } },
    },
  ];
}

/** Takes the directory away again. */
async function clearNode(scene: Scene): Promise<void> {
  const volumes = [{ name: 'around', hostPath: { path: '/var/tmp' } }];
  const script = `rm -rf /around/${scene.namespace}`;
  const volumeMounts = [{ name: 'around', mountPath: '/around' }];
  const root = appContainer(script, { volumeMounts, securityContext: { runAsUser: 0 } });
  await scene.apply(podOf('clear', {}, { containers: [root], volumes, restartPolicy: 'Never' }));
  await scene.ended('clear');
}

describe('a claim whose root directory belongs to root', () => {
  gitSyncCase(
    'cannot be written without fsGroup, and can with it',
    async scene => {
      const repository = await scene.createRepository();
      await repository.commit({ 'index.html': 'version 1' });
      await scene.apply(...(await claimOfRoot(scene)));
      try {
        const annotations = gitSync(repository.url(), { mount: '/site' });
        const volumes = [{ name: 'git-sync', persistentVolumeClaim: { claimName: 'site' } }];
        await scene.apply(podOf('refused', annotations, { volumes }));
        // Whichever of its starts the kubelet still keeps: it removes an earlier container when it starts the next one.
        await scene.logged('refused', 'git-sync', 'permission denied', 60_000);
        await scene.kubectl('delete pod refused --wait=true');
        const securityContext = { fsGroup: 65533 };
        await scene.apply(podOf('grouped', annotations, { volumes, securityContext }));
        await scene.ready('grouped');
        await scene.kubectl('delete pod grouped --wait=true');
      } finally {
        await scene.kubectl('delete persistentvolumeclaim site --wait=false');
        await scene.kubectl(`delete persistentvolume ${scene.namespace} --wait=false`);
        await clearNode(scene);
      }
    },
    unrestricted,
  );
});

describe('a mount inside a checkout', () => {
  gitSyncCase('is there until the next push', async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'data/a': '1' });
    const volumeMounts = [{ name: 'data', mountPath: '/site/current/data' }];
    const containers = [appContainer(idle, { volumeMounts })];
    const annotations = gitSync(repository.url(), { mount: '/site', period: '1s' });
    await scene.apply(podOf('web', annotations, { containers, volumes: [{ name: 'data', emptyDir: {} }] }));
    await scene.ready('web');
    const list = () => scene.exec('web', 'app', 'ls', '/site/current/data/');
    await scene.exec('web', 'app', 'touch', '/site/current/data/kept');
    expect(await list()).toBe('kept\n');
    await repository.commit({ 'data/a': '2' });
    await until('the checkout is another', async () => (await list()) === 'a\n', 30_000);
  });
});
