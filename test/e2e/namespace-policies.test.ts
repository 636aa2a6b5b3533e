import type { V1Container, V1Pod, V1PodSpec, V1ResourceQuota } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { limitContainers } from './container-limits.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { restrictedLabels, restrictedSecurityContext } from './restricted.ts';
import { describeWithApiServer, describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, createPod, type TestNamespace } from './test-namespace.ts';

/** With what a restricted namespace asks of it in the container, so that the sidecar gets nothing from the pod. */
const restrictedApp: V1PodSpec = {
  containers: [
    {
      name: 'web',
      image: 'nginx:1.29',
      resources: { requests: { cpu: '100m', memory: '100Mi' }, limits: { memory: '200Mi' } },
      securityContext: restrictedSecurityContext,
    },
  ],
};

describeWithControllers('a namespace with a quota', () => {
  useWebhook();

  it('that is restricted as well admits the pod and charges for the sidecar', async () => {
    const namespace = await createNamespace(restrictedLabels);
    await limitContainers(namespace, { max: { memory: '1Gi' }, min: { memory: '16Mi' } });
    await createQuota(namespace, { 'requests.cpu': '1', 'requests.memory': '1Gi', 'limits.memory': '1Gi' });
    await onceQuotaIsKnown(() => namespace.createPod(podOf('web', gitSync, restrictedApp)));
    const { status } = await namespace.json<V1ResourceQuota>('get resourcequota quota');
    expect(status?.used).toEqual({
      'requests.cpu': '120m',
      'requests.memory': '164Mi',
      'limits.memory': '712Mi',
    });
  });

  it('that does not suffice for the sidecar refuses the pod and says so', async () => {
    const namespace = await createNamespace();
    await createQuota(namespace, { 'limits.memory': '300Mi' });
    await onceQuotaIsKnown(() =>
      expect(namespace.createPod(podOf('web', gitSync, restrictedApp))).rejects.toThrow(
        'exceeded quota: quota, requested: limits.memory=712Mi, used: limits.memory=0, limited: limits.memory=300Mi',
      ),
    );
  });
});

describeWithApiServer('a namespace with pod security', () => {
  useWebhook();

  it('restricted admits the sidecar in every mode, with credentials and over ssh', async () => {
    const namespace = await createNamespace(restrictedLabels);
    const secret = { 'sidecar.io/git-sync.secret': 'login' };
    const kinds = {
      classic: { ...gitSync, 'sidecar.io/git-sync.mode': 'classic' },
      init: { ...gitSync, 'sidecar.io/git-sync.mode': 'init' },
      secret: { ...gitSync, ...secret },
      ssh: { 'sidecar.io/git-sync': 'git@github.com:org/site.git', ...secret },
    };
    for (const [name, annotations] of Object.entries(kinds)) {
      const { pod } = await namespace.createPod(podOf(name, annotations, restrictedApp));
      expect(sidecars(pod)).not.toHaveLength(0);
    }
  });

  it('restricted still refuses an app that does not comply, and names only the app', async () => {
    const namespace = await createNamespace(restrictedLabels);
    const problem = await namespace.refusalOf(podOf('web', gitSync));
    const [, violations] = problem.split('violates PodSecurity "restricted:latest"');
    expect(violations).toContain('container "web"');
    expect(violations).not.toContain('git-sync');
  });
});

describeWithApiServer('a namespace with limits for containers', () => {
  useWebhook();

  it('adds its defaults where the sidecar has none, and what the sidecar has stays', async () => {
    const namespace = await createNamespace();
    await limitContainers(namespace, {
      default: { cpu: '500m', memory: '256Mi' },
      defaultRequest: { cpu: '100m', memory: '128Mi' },
    });
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(sidecars(pod).map(({ resources }) => resources)).toEqual([
      { requests: { cpu: '20m', memory: '64Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
    ]);
    expect(pod.status?.qosClass).toBe('Burstable');
  });

  it('refuses a sidecar beyond them, and takes it with the annotations that set its resources', async () => {
    const namespace = await createNamespace();
    await limitContainers(namespace, { max: { memory: '256Mi' }, min: { cpu: '50m' } });
    const app = withResources({ requests: { cpu: '50m' }, limits: { memory: '100Mi' } });
    await expect(namespace.createPod(podOf('web', gitSync, app))).rejects.toThrow(
      'minimum cpu usage per Container is 50m, but request is 20m, maximum memory usage per Container is 256Mi, but limit is 512Mi',
    );
    const smaller = { 'sidecar.io/git-sync.cpu': '50m', 'sidecar.io/git-sync.memory-limit': '256Mi' };
    const { pod } = await namespace.createPod(podOf('web', { ...gitSync, ...smaller }, app));
    expect(sidecars(pod)[0]?.resources).toEqual({
      requests: { cpu: '50m', memory: '64Mi' },
      limits: { memory: '256Mi' },
    });
  });

  it('that make the app Guaranteed leaves the pod Guaranteed', async () => {
    const namespace = await createNamespace();
    const amounts = { cpu: '500m', memory: '256Mi' };
    await limitContainers(namespace, { default: amounts, defaultRequest: amounts });
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(pod.status?.qosClass).toBe('Guaranteed');
  });
});

describeWithApiServer('the quality of service', () => {
  useWebhook();
  const amounts = { cpu: '250m', memory: '128Mi' };

  it('of a Guaranteed pod stays', async () => {
    const app = withResources({ requests: amounts, limits: amounts });
    const { pod } = await createPod(podOf('web', gitSync, app));
    expect(pod.status?.qosClass).toBe('Guaranteed');
    expect(sidecars(pod)[0]?.resources).toEqual({
      requests: { cpu: '100m', memory: '512Mi' },
      limits: { cpu: '100m', memory: '512Mi' },
    });
  });

  it('of a Guaranteed pod stays where only limits are written', async () => {
    const app = withResources({ limits: amounts });
    const { pod } = await createPod(podOf('web', gitSync, app));
    expect(pod.status?.qosClass).toBe('Guaranteed');
  });

  it.each([
    ['Guaranteed', { requests: amounts, limits: amounts }],
    ['Burstable', { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } }],
  ])(
    'of a pod that is %s by resources of its own stays, and the sidecar shares them',
    async (qosClass, resources) => {
      const { pod } = await createPod(podOf('web', gitSync, { resources }));
      expect(pod.status?.qosClass).toBe(qosClass);
      expect(pod.spec?.resources).toEqual(resources);
      expect(sidecars(pod)).toHaveLength(1);
    },
  );
});

function withResources(resources: NonNullable<V1Container['resources']>): V1PodSpec {
  return { containers: [{ name: 'web', image: 'nginx:1.29', resources }] };
}

async function createQuota(namespace: TestNamespace, hard: Readonly<Record<string, string>>): Promise<void> {
  await namespace.kubectl('create -f -', {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'quota' },
    spec: { hard },
  });
}

/** Until its controller has looked at a quota, the API server refuses everything that the quota is for. */
function onceQuotaIsKnown(attempt: () => Promise<unknown>): Promise<unknown> {
  return eventually(attempt, { withinMs: 20_000 });
}

function sidecars({ spec }: V1Pod): readonly V1Container[] {
  const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return all.filter(({ name }) => name.startsWith('git-sync'));
}
