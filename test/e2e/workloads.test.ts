import type { V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { auditedCreation } from './audit-log.ts';
import { containerNames } from './pod-containers.ts';
import { gitSync } from './pod-manifests.ts';
import { describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { templateIn, type WorkloadObject, workloadOf } from './workload-manifests.ts';

describeWithControllers('a workload whose template is annotated', () => {
  const webhook = useWebhook();

  it.each(['Deployment', 'StatefulSet', 'Job'] as const)('makes injected pods: %s', async kind => {
    const namespace = await createNamespace();
    await namespace.kubectl('create -f -', workloadOf(kind, { template: gitSync }));
    const pod = await firstPod(namespace);
    expect(pod.spec?.initContainers?.[0]).toMatchObject({ name: 'git-sync', restartPolicy: 'Always' });
    expect(containerNames(pod)).toEqual(['web']);
    const owner = kind === 'Deployment' ? 'ReplicaSet' : kind;
    const entry = { namespace: namespace.name, owner: expect.stringMatching(`^${owner}/web`) };
    await eventually(() => expect(webhook().entries).toContainEqual(expect.objectContaining(entry)));
  });

  it('leaves the template of the Deployment as it was written', async () => {
    const namespace = await createNamespace();
    const apply = () => namespace.kubectl('apply -f -', workloadOf('Deployment', { template: gitSync }));
    await apply();
    await firstPod(namespace);
    expect((await apply()).stdout).toBe('deployment.apps/web unchanged\n');
    const deployment = await namespace.json<WorkloadObject>('get deployment web');
    expect(deployment.metadata.generation).toBe(1);
    expect(templateIn(deployment).spec).not.toHaveProperty('initContainers');
  });

  it('whose claims are named like the shared volume gives each pod its own claim', async () => {
    const namespace = await createNamespace();
    const resources = { requests: { storage: '1Gi' } };
    const claim = { metadata: { name: 'git-sync' }, spec: { accessModes: ['ReadWriteOnce'], resources } };
    await namespace.kubectl(
      'create -f -',
      workloadOf('StatefulSet', { template: gitSync, spec: { volumeClaimTemplates: [claim] } }),
    );
    const pod = await firstPod(namespace);
    expect(pod.spec?.initContainers?.[0]?.name).toBe('git-sync');
    expect(pod.spec?.volumes?.filter(({ name }) => name === 'git-sync')).toEqual([
      { name: 'git-sync', persistentVolumeClaim: { claimName: 'git-sync-web-0' } },
    ]);
  });
});

/** The template was accepted before there was anybody to judge it. */
describeWithControllers('a workload whose pods are refused', () => {
  useWebhook('--workloads', 'off');

  it('says why in its events and its status', async () => {
    const namespace = await createNamespace();
    const template = { ...gitSync, 'sidecar.io/git-sync.perod': '1m' };
    await namespace.kubectl('create -f -', workloadOf('Deployment', { template }));
    const reason = 'did you mean sidecar.io/git-sync.period? (unknown-parameter)';
    await eventually(async () => {
      const events = await namespace.warningEvents();
      expect(events).toMatch(/FailedCreate\s+ReplicaSet\/web-/);
      expect(events).toContain(reason);
      expect((await namespace.kubectl('describe deployment web')).stdout).toMatch(
        /ReplicaFailure\s+True\s+FailedCreate/,
      );
    });
    expect((await auditedCreation(namespace)).responseStatus?.message).toContain(reason);
  });

  it('says why in its events: a Job', async () => {
    const namespace = await createNamespace();
    const template = { ...gitSync, 'sidecar.io/git-sync.period': 'often' };
    const podSpec = { restartPolicy: 'OnFailure' };
    await namespace.kubectl('create -f -', workloadOf('Job', { name: 'report', template, podSpec }));
    await eventually(async () => {
      const events = await namespace.warningEvents();
      expect(events).toMatch(/FailedCreate\s+Job\/report/);
      expect(events).toContain('sidecar.io/git-sync.period: got "often"');
    });
  });
});

function firstPod(namespace: TestNamespace): Promise<V1Pod> {
  return eventually(async () => {
    const [pod] = await namespace.pods();
    if (pod === undefined) {
      const { stdout } = await namespace.kubectl('events');
      throw new Error(`no pod in ${namespace.name}; events:\n${stdout}`);
    }
    return pod;
  });
}
