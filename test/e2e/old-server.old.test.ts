import { expect, it } from 'vitest';
import {
  createNamespace,
  createPod,
  describeWithApiServer,
  gitSync,
  kubectl,
  podOf,
  useWebhook,
} from './suite.ts';

describeWithApiServer('an API server of Kubernetes 1.30', () => {
  const webhook = useWebhook();

  it('is one', async () => {
    const { gitVersion } = JSON.parse((await kubectl('get --raw /version')).stdout);
    expect(gitVersion).toMatch(/^v1\.30\./);
  });

  it('is known to have native sidecars, and keeps one', async () => {
    expect(webhook().entries).toContainEqual(expect.objectContaining({ msg: 'listening', native: true }));
    const { pod } = await createPod(await createNamespace(), podOf('web', gitSync));
    expect(pod.spec?.initContainers?.[0]).toMatchObject({ name: 'git-sync', restartPolicy: 'Always' });
  });

  it('asks about annotated pods only', async () => {
    const namespace = await createNamespace();
    await createPod(namespace, podOf('bare'));
    await createPod(namespace, podOf('web', { ...gitSync, 'sidecar.io/inject': 'false' }));
    expect(webhook().entries.filter(entry => entry['namespace'] === namespace)).toEqual([]);
  });
});
