import type { V1Container, V1Pod, V1PodSpec, V1ResourceQuota } from '@kubernetes/client-node';
import { expect, it, vi } from 'vitest';
import {
  createNamespace,
  createPod,
  describeWithApiServer,
  describeWithControllers,
  gitSync,
  kubectl,
  kubectlJson,
  podOf,
  refusalOf,
  useWebhook,
} from './suite.ts';

/** What a namespace that enforces the restricted standard asks of the app; the sidecar gets nothing from the pod. */
const restrictedApp: V1PodSpec = {
  containers: [
    {
      name: 'web',
      image: 'nginx:1.29',
      resources: { requests: { cpu: '100m', memory: '100Mi' }, limits: { memory: '200Mi' } },
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      },
    },
  ],
};

describeWithControllers('a namespace with a quota', () => {
  useWebhook();

  it('that is restricted as well admits the pod and charges for the sidecar', async () => {
    const namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    await limitContainers(namespace, { max: { memory: '1Gi' }, min: { memory: '16Mi' } });
    await createQuota(namespace, { 'requests.cpu': '1', 'requests.memory': '1Gi', 'limits.memory': '1Gi' });
    await onceQuotaIsKnown(() => createPod(namespace, podOf('web', gitSync, restrictedApp)));
    const { status } = await kubectlJson<V1ResourceQuota>(`-n ${namespace} get resourcequota quota`);
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
      expect(createPod(namespace, podOf('web', gitSync, restrictedApp))).rejects.toThrow(
        'exceeded quota: quota, requested: limits.memory=712Mi, used: limits.memory=0, limited: limits.memory=300Mi',
      ),
    );
  });
});

describeWithApiServer('a namespace with pod security', () => {
  useWebhook();

  it('restricted admits the sidecar in every mode, with credentials and over ssh', async () => {
    const namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    const secret = { 'sidecar.io/git-sync.secret': 'login' };
    const kinds = {
      classic: { ...gitSync, 'sidecar.io/git-sync.mode': 'classic' },
      init: { ...gitSync, 'sidecar.io/git-sync.mode': 'init' },
      secret: { ...gitSync, ...secret },
      ssh: { 'sidecar.io/git-sync': 'git@github.com:org/site.git', ...secret },
    };
    for (const [name, annotations] of Object.entries(kinds)) {
      const { pod } = await createPod(namespace, podOf(name, annotations, restrictedApp));
      expect(sidecars(pod)).not.toHaveLength(0);
    }
  });

  it('restricted still refuses an app that does not comply, and names only the app', async () => {
    const namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    const problem = await refusalOf(namespace, podOf('web', gitSync));
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
    const { pod } = await createPod(namespace, podOf('web', gitSync));
    expect(sidecars(pod).map(({ resources }) => resources)).toEqual([
      { requests: { cpu: '20m', memory: '64Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
    ]);
    expect(pod.status?.qosClass).toBe('Burstable');
  });

  it('refuses a sidecar beyond them, and takes it with the annotations that set its resources', async () => {
    const namespace = await createNamespace();
    await limitContainers(namespace, { max: { memory: '256Mi' }, min: { cpu: '50m' } });
    const app = withResources({ requests: { cpu: '50m' }, limits: { memory: '100Mi' } });
    await expect(createPod(namespace, podOf('web', gitSync, app))).rejects.toThrow(
      'minimum cpu usage per Container is 50m, but request is 20m, maximum memory usage per Container is 256Mi, but limit is 512Mi',
    );
    const smaller = { 'sidecar.io/git-sync.cpu': '50m', 'sidecar.io/git-sync.memory-limit': '256Mi' };
    const { pod } = await createPod(namespace, podOf('web', { ...gitSync, ...smaller }, app));
    expect(sidecars(pod)[0]?.resources).toEqual({
      requests: { cpu: '50m', memory: '64Mi' },
      limits: { memory: '256Mi' },
    });
  });

  it('that make the app Guaranteed leaves the pod Guaranteed', async () => {
    const namespace = await createNamespace();
    const amounts = { cpu: '500m', memory: '256Mi' };
    await limitContainers(namespace, { default: amounts, defaultRequest: amounts });
    const { pod } = await createPod(namespace, podOf('web', gitSync));
    expect(pod.status?.qosClass).toBe('Guaranteed');
  });
});

describeWithApiServer('the quality of service', () => {
  useWebhook();
  const amounts = { cpu: '250m', memory: '128Mi' };

  it('of a Guaranteed pod stays', async () => {
    const app = withResources({ requests: amounts, limits: amounts });
    const { pod } = await createPod(await createNamespace(), podOf('web', gitSync, app));
    expect(pod.status?.qosClass).toBe('Guaranteed');
    expect(sidecars(pod)[0]?.resources).toEqual({
      requests: { cpu: '100m', memory: '512Mi' },
      limits: { cpu: '100m', memory: '512Mi' },
    });
  });

  it('of a Guaranteed pod stays where only limits are written', async () => {
    const app = withResources({ limits: amounts });
    const { pod } = await createPod(await createNamespace(), podOf('web', gitSync, app));
    expect(pod.status?.qosClass).toBe('Guaranteed');
  });

  it.each([
    ['Guaranteed', { requests: amounts, limits: amounts }],
    ['Burstable', { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } }],
  ])(
    'of a pod that is %s by resources of its own stays, and the sidecar shares them',
    async (qosClass, resources) => {
      const { pod } = await createPod(await createNamespace(), podOf('web', gitSync, { resources }));
      expect(pod.status?.qosClass).toBe(qosClass);
      expect(pod.spec?.resources).toEqual(resources);
      expect(sidecars(pod)).toHaveLength(1);
    },
  );
});

const waiting = { timeout: 20_000, interval: 200 };

function withResources(resources: NonNullable<V1Container['resources']>): V1PodSpec {
  return { containers: [{ name: 'web', image: 'nginx:1.29', resources }] };
}

type Limits = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function limitContainers(namespace: string, limits: Limits): Promise<void> {
  await kubectl(`-n ${namespace} create -f -`, {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'limits' },
    spec: { limits: [{ type: 'Container', ...limits }] },
  });
}

async function createQuota(namespace: string, hard: Readonly<Record<string, string>>): Promise<void> {
  await kubectl(`-n ${namespace} create -f -`, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'quota' },
    spec: { hard },
  });
}

/** Until its controller has looked at a quota, the API server refuses everything that the quota is for. */
async function onceQuotaIsKnown(attempt: () => Promise<unknown>): Promise<void> {
  await vi.waitFor(attempt, waiting);
}

function sidecars({ spec }: V1Pod): readonly V1Container[] {
  const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return all.filter(({ name }) => name.startsWith('git-sync'));
}
