import type { V1Pod } from '@kubernetes/client-node';
import { expect, it, vi } from 'vitest';
import { auditedCreation } from './audit-log.ts';
import {
  type Annotations,
  createNamespace,
  describeWithControllers,
  gitSync,
  kubectl,
  kubectlJson,
  podOf,
  useWebhook,
} from './suite.ts';

describeWithControllers('a workload whose template is annotated', () => {
  const webhook = useWebhook();

  it.each<readonly [kind: string, workload: object]>([
    [
      'Deployment',
      { apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector, template: templateOf(gitSync) } },
    ],
    [
      'StatefulSet',
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        spec: { selector, serviceName: 'web', template: templateOf(gitSync) },
      },
    ],
    [
      'Job',
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        spec: { template: templateOf(gitSync, { restartPolicy: 'Never' }) },
      },
    ],
  ])('makes injected pods: %s', async (kind, workload) => {
    const namespace = await createNamespace();
    await kubectl(`-n ${namespace} create -f -`, { ...workload, metadata: { name: 'web' } });
    const pod = await firstPod(namespace);
    expect(pod.spec?.initContainers?.[0]).toMatchObject({ name: 'git-sync', restartPolicy: 'Always' });
    expect(pod.spec?.containers.map(({ name }) => name)).toEqual(['web']);
    const owner = kind === 'Deployment' ? 'ReplicaSet' : kind;
    await vi.waitFor(
      () =>
        expect(webhook().entries).toContainEqual(
          expect.objectContaining({ namespace, owner: expect.stringMatching(`^${owner}/web`) }),
        ),
      waiting,
    );
  });

  it('leaves the template of the Deployment as it was written', async () => {
    const namespace = await createNamespace();
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { selector, template: templateOf(gitSync) },
    };
    await kubectl(`-n ${namespace} apply -f -`, deployment);
    await firstPod(namespace);
    expect((await kubectl(`-n ${namespace} apply -f -`, deployment)).stdout).toBe(
      'deployment.apps/web unchanged\n',
    );
    const { metadata, spec } = await kubectlJson<{
      metadata: { generation: number };
      spec: { template: V1Pod };
    }>(`-n ${namespace} get deployment web`);
    expect(metadata.generation).toBe(1);
    expect(spec.template.spec).not.toHaveProperty('initContainers');
  });

  it('whose claims are named like the shared volume gives each pod its own claim', async () => {
    const namespace = await createNamespace();
    const resources = { requests: { storage: '1Gi' } };
    const claim = { metadata: { name: 'git-sync' }, spec: { accessModes: ['ReadWriteOnce'], resources } };
    await kubectl(`-n ${namespace} create -f -`, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'web' },
      spec: { selector, serviceName: 'web', template: templateOf(gitSync), volumeClaimTemplates: [claim] },
    });
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
    const annotations = { ...gitSync, 'sidecar.io/git-sync.perod': '1m' };
    await kubectl(`-n ${namespace} create -f -`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { selector, template: templateOf(annotations) },
    });
    const reason = 'did you mean sidecar.io/git-sync.period? (unknown-parameter)';
    await vi.waitFor(async () => {
      const { stdout } = await kubectl(`-n ${namespace} events --types=Warning`);
      expect(stdout).toMatch(/FailedCreate\s+ReplicaSet\/web-/);
      expect(stdout).toContain(reason);
      expect((await kubectl(`-n ${namespace} describe deployment web`)).stdout).toMatch(
        /ReplicaFailure\s+True\s+FailedCreate/,
      );
    }, waiting);
    expect((await auditedCreation(namespace)).responseStatus?.message).toContain(reason);
  });

  it('says why in its events: a Job', async () => {
    const namespace = await createNamespace();
    const annotations = { ...gitSync, 'sidecar.io/git-sync.period': 'often' };
    await kubectl(`-n ${namespace} create -f -`, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'report' },
      spec: { template: templateOf(annotations, { restartPolicy: 'OnFailure' }) },
    });
    await vi.waitFor(async () => {
      const { stdout } = await kubectl(`-n ${namespace} events --types=Warning`);
      expect(stdout).toMatch(/FailedCreate\s+Job\/report/);
      expect(stdout).toContain('sidecar.io/git-sync.period: got "often"');
    }, waiting);
  });
});

const waiting = { timeout: 30_000, interval: 200 };
const labels = { app: 'web' };
const selector = { matchLabels: labels };

function templateOf(annotations: Annotations, spec: Parameters<typeof podOf>[2] = {}) {
  return { metadata: { labels, annotations }, spec: podOf('web', undefined, spec).spec };
}

async function firstPod(namespace: string): Promise<V1Pod> {
  return vi.waitFor(async () => {
    const { items } = await kubectlJson<{ items: readonly V1Pod[] }>(`-n ${namespace} get pods`);
    const [pod] = items;
    if (pod === undefined) {
      const { stdout } = await kubectl(`-n ${namespace} events`);
      throw new Error(`no pod in ${namespace}; events:\n${stdout}`);
    }
    return pod;
  }, waiting);
}
