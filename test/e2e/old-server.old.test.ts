import { expect, it } from 'vitest';
import { gitSync, podOf } from './pod-manifests.ts';
import { describeWithApiServer, kubectl, useWebhook } from './suite.ts';
import { createNamespace, createPod } from './test-namespace.ts';

describeWithApiServer('an API server of Kubernetes 1.30', () => {
  const webhook = useWebhook();

  it('is one', async () => {
    const { gitVersion } = JSON.parse((await kubectl('get --raw /version')).stdout);
    expect(gitVersion).toMatch(/^v1\.30\./);
  });

  it('is known to have native sidecars, and keeps one', async () => {
    expect(webhook().entries).toContainEqual(expect.objectContaining({ msg: 'listening', native: true }));
    const { pod } = await createPod(podOf('web', gitSync));
    expect(pod.spec?.initContainers?.[0]).toMatchObject({ name: 'git-sync', restartPolicy: 'Always' });
  });

  it('asks about annotated pods only', async () => {
    const namespace = await createNamespace();
    await namespace.createPod(podOf('bare'));
    await namespace.createPod(podOf('web', { ...gitSync, 'sidecar.io/inject': 'false' }));
    expect(webhook().entries.filter(entry => entry['namespace'] === namespace.name)).toEqual([]);
  });
});
