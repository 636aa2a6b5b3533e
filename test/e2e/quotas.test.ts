/** What keeps an injected pod out of a namespace, in the words of the API server, and the annotation that answers it. */
import { readFileSync } from 'node:fs';
import type { V1ResourceRequirements } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { limitContainers } from './container-limits.ts';
import { initContainer } from './pod-containers.ts';
import { type Annotations, gitSync, podOf } from './pod-manifests.ts';
import { describeWithApiServer, describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, createPod, type TestNamespace } from './test-namespace.ts';

const page = readFileSync(new URL('../../docs/quotas.md', import.meta.url), 'utf8');

const appWith = (resources: V1ResourceRequirements) => ({
  containers: [{ name: 'web', image: 'nginx:1.29', resources }],
});

const parameters = (values: Readonly<Record<string, string>>): Annotations =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`sidecar.io/git-sync.${name}`, value]));

interface Case {
  readonly resources: V1ResourceRequirements;
  /** What the page shows. */
  readonly refused: string;
  /** What the page says against it. */
  readonly answer: Readonly<Record<string, string>>;
}

async function check(namespace: TestNamespace, { resources, refused, answer }: Case): Promise<void> {
  expect(page).toContain(refused);
  for (const [name, value] of Object.entries(answer))
    expect(page).toContain(`sidecar.io/git-sync.${name}: ${value}`);
  const app = appWith(resources);
  // The admission plugin hears of a quota and of limits some moments after they are made.
  await eventually(async () =>
    expect(await namespace.refusalOf(podOf('web', gitSync, app))).toContain(refused),
  );
  const { pod } = await namespace.createPod(podOf('web', { ...gitSync, ...parameters(answer) }, app));
  expect(initContainer(pod, 'git-sync')).toBeDefined();
}

describeWithControllers('a quota', () => {
  useWebhook();

  it.each<[string, Readonly<Record<string, string>>, Case]>([
    [
      'on a limit that the sidecar does not have',
      { 'limits.cpu': '2' },
      {
        resources: { limits: { cpu: '1', memory: '100Mi' }, requests: { cpu: '100m' } },
        refused: 'failed quota: quota: must specify limits.cpu for: git-sync',
        answer: { 'cpu-limit': '500m' },
      },
    ],
    [
      'that the sidecar exceeds',
      { 'limits.memory': '300Mi' },
      {
        resources: { limits: { memory: '100Mi' } },
        refused:
          'exceeded quota: quota, requested: limits.memory=612Mi, used: limits.memory=0, limited: limits.memory=300Mi',
        answer: { 'memory-limit': '200Mi' },
      },
    ],
  ])('%s', async (_what, hard, described) => {
    const namespace = await createNamespace();
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'quota' }, spec: { hard } };
    await namespace.kubectl('create -f -', quota);
    await check(namespace, described);
  });
});

describeWithApiServer('a LimitRange', () => {
  useWebhook();

  it.each<[string, Parameters<typeof limitContainers>[1], Case]>([
    [
      'whose maximum the sidecar exceeds',
      { max: { memory: '256Mi' } },
      {
        resources: { limits: { memory: '100Mi' } },
        refused: 'maximum memory usage per Container is 256Mi, but limit is 512Mi',
        answer: { 'memory-limit': '200Mi' },
      },
    ],
    [
      'whose minimum the sidecar does not reach',
      { min: { cpu: '50m' } },
      {
        resources: { requests: { cpu: '50m' }, limits: { cpu: '50m' } },
        refused: 'minimum cpu usage per Container is 50m, but request is 20m',
        answer: { cpu: '50m' },
      },
    ],
    [
      'whose ratio its default limit exceeds',
      { maxLimitRequestRatio: { cpu: '10' }, default: { cpu: '500m' } },
      {
        resources: { requests: { cpu: '100m' } },
        refused: 'cpu max limit to request ratio per Container is 10, but provided ratio is 25.000000',
        answer: { 'cpu-limit': '200m' },
      },
    ],
  ])('%s', async (_what, limits, described) => {
    const namespace = await createNamespace();
    await limitContainers(namespace, limits);
    await check(namespace, described);
  });

  it('gives the sidecar its defaults, which are written after it was injected', async () => {
    const namespace = await createNamespace();
    await limitContainers(namespace, { default: { cpu: '500m' }, defaultRequest: { cpu: '100m' } });
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(initContainer(pod, 'git-sync')?.resources).toEqual({
      requests: { cpu: '20m', memory: '64Mi' },
      limits: { cpu: '500m', memory: '512Mi' },
    });
  });
});

describeWithApiServer('a pod that sets resources for all its containers together', () => {
  useWebhook();
  const memory = { requests: { memory: '128Mi' }, limits: { memory: '128Mi' } };

  it.each([
    ['its cpu, and its containers their memory', { limits: { cpu: '1' } }, memory],
    ['its memory, and its containers their cpu', { limits: { memory: '1Gi' } }, { limits: { cpu: '1' } }],
    ['both', { limits: { cpu: '1', memory: '1Gi' } }, {}],
  ])('%s, stays Guaranteed', async (_what, resources, ofContainer) => {
    const spec = { ...appWith(ofContainer), resources };
    const plain = await createPod(podOf('web', {}, spec));
    expect(plain.pod.status?.qosClass).toBe('Guaranteed');
    const { pod, stderr } = await createPod(podOf('web', gitSync, spec));
    expect(pod.status?.qosClass).toBe('Guaranteed');
    expect(initContainer(pod, 'git-sync')).toBeDefined();
    expect(stderr).not.toContain('Guaranteed');
  });

  it('by a request alone is no longer so, and kubectl tells', async () => {
    const spec = {
      ...appWith({ limits: { cpu: '1', memory: '1Gi' } }),
      resources: { requests: { cpu: '1' } },
    };
    expect((await createPod(podOf('web', {}, spec))).pod.status?.qosClass).toBe('Guaranteed');
    const { pod, stderr } = await createPod(podOf('web', gitSync, spec));
    expect(pod.status?.qosClass).toBe('Burstable');
    expect(stderr).toContain(
      'from Kubernetes 1.37 on not Guaranteed; give resources of the pod a cpu limit too',
    );
  });
});

describeWithApiServer('a pod that limits ephemeral storage', () => {
  useWebhook();
  const app = appWith({ limits: { 'ephemeral-storage': '1Gi' } });

  it('gets the size of the checkout as a limit of the sidecar, which the API server keeps', async () => {
    const sized = { ...gitSync, ...parameters({ size: '2Gi' }) };
    const { pod, stderr } = await createPod(podOf('web', sized, app));
    expect(initContainer(pod, 'git-sync')?.resources).toEqual({
      requests: { 'ephemeral-storage': '0', cpu: '20m', memory: '64Mi' },
      limits: { 'ephemeral-storage': '2Gi', memory: '512Mi' },
    });
    expect(stderr).not.toContain('ephemeral-storage');
  });

  it('is warned about where no size is set', async () => {
    const { stderr } = await createPod(podOf('web', gitSync, app));
    expect(stderr).toContain(
      "what it writes counts against the app's ephemeral-storage limit; set sidecar.io/git-sync.size",
    );
  });
});
