/** What of a Job's template may change, and when: the API server is the judge of every row. */
import type { V1Job } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNode, deleteNode } from './kubelet.ts';
import { gitSync, mountedGitSync, repository } from './pod-manifests.ts';
import { describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { templateAnnotations, type WorkloadObject, workloadOf } from './workload-manifests.ts';

const key = 'sidecar.io/git-sync';
const annotate = `annotate --overwrite job web ${key}=${repository} ${key}.mount=/site`;
const takeBack = `annotate job web ${key}- ${key}.mount-`;
const willGet = "Warning: web's pods will get git-sync once the Job is resumed, content at /site/current\n";
const cannotChange = 'Warning: the template of a Job cannot change: delete web and create it again\n';

describeWithControllers('a suspended Job', () => {
  useWebhook();
  beforeAll(() => createNode());
  afterAll(() => deleteNode());

  it('that never started gets its annotations into the template, and out of it', async () => {
    const namespace = await suspendedJob();
    expect((await namespace.kubectl(annotate)).stderr).toBe(willGet);
    expect(await inTemplate(namespace)).toEqual(mountedGitSync);
    await namespace.kubectl(takeBack);
    expect(await inTemplate(namespace)).toEqual({});
    await namespace.kubectl(annotate);
    await resume(namespace);
    const [pod] = await namespace.pods();
    expect(pod?.spec?.initContainers?.[0]?.name).toBe('git-sync');
  });

  it('gets them in the update that resumes it, because the Job before it counts', async () => {
    const namespace = await suspendedJob();
    const patch = { metadata: { annotations: mountedGitSync }, spec: { suspend: false } };
    const { stderr } = await namespace.kubectl(['patch', 'job', 'web', '--patch', JSON.stringify(patch)]);
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /site/current\n");
    expect(await inTemplate(namespace)).toEqual(mountedGitSync);
  });

  it('that runs cannot, and one that is suspended again can, once it has no startTime any more', async () => {
    const namespace = await suspendedJob();
    await resume(namespace);
    expect((await namespace.kubectl(annotate)).stderr).toBe(cannotChange);
    // In the update that suspends it, the Job before it is one that runs.
    const patch = { metadata: { annotations: { [`${key}.ref`]: 'v2' } }, spec: { suspend: true } };
    const { stderr } = await namespace.kubectl(['patch', 'job', 'web', '--patch', JSON.stringify(patch)]);
    expect(stderr).toBe(cannotChange);
    await eventually(async () => {
      const { status } = await namespace.json<V1Job>('get job web');
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'Suspended', status: 'True' }),
      );
      expect([status?.startTime, status?.active ?? 0]).toEqual([undefined, 0]);
    });
    expect((await namespace.kubectl(`annotate job web ${key}.ref-`)).stderr).toBe(willGet);
    expect(await inTemplate(namespace)).toEqual(mountedGitSync);
  });

  it('that has started and kept its startTime cannot, as before Kubernetes 1.36', async () => {
    const namespace = await suspendedJob();
    const status = { status: { startTime: '2026-01-01T00:00:00Z' } };
    await namespace.kubectl([
      ...'patch job web --subresource status --type merge --patch'.split(' '),
      JSON.stringify(status),
    ]);
    expect((await namespace.kubectl(annotate)).stderr).toBe(cannotChange);
    expect(await inTemplate(namespace)).toEqual({});
  });

  it('whose pod is active yet cannot', async () => {
    const namespace = await suspendedJob('example.com/queue');
    const status = { status: { active: 1 } };
    await namespace.kubectl([
      ...'patch job web --subresource status --type merge --patch'.split(' '),
      JSON.stringify(status),
    ]);
    expect((await namespace.kubectl(annotate)).stderr).toBe(cannotChange);
    const template = { spec: { template: { metadata: { annotations: gitSync } } } };
    await expect(
      namespace.kubectl(['patch', 'job', 'web', '--patch', JSON.stringify(template)]),
    ).rejects.toThrow('field is immutable');
  });

  it('gets no volume, which the API server would refuse', async () => {
    const namespace = await suspendedJob();
    const volume = { spec: { template: { spec: { volumes: [{ name: 'git-sync', emptyDir: {} }] } } } };
    await expect(
      namespace.kubectl(['patch', 'job', 'web', '--patch', JSON.stringify(volume)]),
    ).rejects.toThrow('field is immutable');
  });
});

/** A namespace with a suspended Job; another controller than that of Kubernetes may manage it. */
async function suspendedJob(managedBy?: string): Promise<TestNamespace> {
  const namespace = await createNamespace();
  const spec = { suspend: true, ...(managedBy ? { managedBy } : {}) };
  await namespace.kubectl('create -f -', workloadOf('Job', { spec }));
  return namespace;
}

async function resume(namespace: TestNamespace): Promise<void> {
  await namespace.kubectl(['patch', 'job', 'web', '--patch', '{"spec":{"suspend":false}}']);
  await eventually(async () => {
    const { status } = await namespace.json<V1Job>('get job web');
    expect(status?.startTime).toBeDefined();
    expect(await namespace.pods()).toHaveLength(1);
  });
}

async function inTemplate(namespace: TestNamespace) {
  return templateAnnotations(await namespace.json<WorkloadObject>('get job web'));
}
