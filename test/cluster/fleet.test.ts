/** What an upgrade of a fleet costs its apps on a real node, what stops it, and the way back. */
import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { FleetWatch } from './fleet-watch.ts';
import { definitionsWith, runWithin } from './pod-commands.ts';
import { type Manifest, type Scene, statusOf, until } from './scene.ts';
import { type Annotations, appContainer, gitSync, gitSyncCase, idle } from './suite.ts';

const run = runWithin(240_000);

/** Each workload with its pods, and how many of them it may lose at a time of 25 %. */
const workloads = {
  web: { kind: 'Deployment', pods: 8, budget: 2 },
  shop: { kind: 'Deployment', pods: 8, budget: 2 },
  // Its PodDisruptionBudget allows less.
  guarded: { kind: 'Deployment', pods: 8, budget: 1 },
  store: { kind: 'StatefulSet', pods: 4, budget: 1 },
  single: { kind: 'Deployment', pods: 1, budget: 1 },
  // One on each node.
  agent: { kind: 'DaemonSet', pods: 1, budget: 1 },
} as const;

const names = Object.keys(workloads) as readonly (keyof typeof workloads)[];
const replicas = names.reduce((sum, name) => sum + workloads[name].pods, 0);
const quarter = ['--max-unavailable', '25%'];

gitSyncCase(
  'a fleet of 30 pods bears a good image in all of them, and a bad one in one, within its budgets',
  async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    await createFleet(scene, gitSync(repository.url(), { mount: '/site' }));
    const image = await sameImageByDigest(scene);
    const watch = await FleetWatch.start(scene, replicas);
    try {
      await bearsGoodImage(scene, watch, image);
      await bearsBadImage(scene, watch, image);
    } finally {
      await watch.stop();
    }
    expect(watch.losses).toEqual([]);
  },
  { timeoutMs: 400_000 },
);

async function bearsGoodImage(scene: Scene, watch: FleetWatch, image: string): Promise<void> {
  const definitions = await definitionsWith(scene, image);
  const good = await run(scene, 'upgrade', '--sidecars', definitions, ...quarter);
  expect(good).toMatchObject({ exitCode: 0, output: expect.stringMatching(/pods: 30 upgraded\n/) });
  await watch.whole();
  expect(imagesOf(watch)).toEqual(all(image));
  // All of what may be lost is made use of, and never more.
  expect(watch.mostAway).toEqual(budgets);
  expect(await run(scene, 'status', '--sidecars', definitions)).toMatchObject({ exitCode: 0 });
}

async function bearsBadImage(scene: Scene, watch: FleetWatch, good: string): Promise<void> {
  // A host that does not exist anywhere.
  const image = 'registry.invalid/git-sync:v99.0.0';
  const definitions = await definitionsWith(scene, image);
  const args = ['--sidecars', definitions, '--waves', '1,25%,100%', '--timeout', '30s', ...quarter];
  const bad = await run(scene, 'upgrade', ...args);
  expect(bad.output).toMatch(/failed: not up again after 30 s: .*registry\.invalid/);
  expect(bad.exitCode).toBe(1);
  // The smallest workload of several pods comes first.
  expect(imagesOf(watch)).toEqual({ ...all(good), store: [image, good, good, good] });
  // All pods remember an image before; it is the last upgrade alone that is taken back.
  const back = await run(scene, 'upgrade', '--rollback');
  expect(back).toMatchObject({ exitCode: 0, output: expect.stringMatching(/pods: 1 rolled back\n/) });
  const again = await run(scene, 'upgrade', '--rollback');
  expect(again).toMatchObject({ exitCode: 0, output: expect.stringContaining('nothing to roll back') });
  await watch.whole();
  expect(imagesOf(watch)).toEqual(all(good));
  expect(watch.mostAway).toEqual(budgets);
}

const budgets = mapped(name => workloads[name].budget);

function imagesOf(watch: FleetWatch) {
  return mapped(name => watch.images(name));
}

function all(image: string) {
  return mapped(name => Array.from({ length: workloads[name].pods }, () => image));
}

function mapped<T>(to: (name: keyof typeof workloads) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(names.map(name => [name, to(name)]));
}

async function createFleet(scene: Scene, annotations: Annotations): Promise<void> {
  await scene.apply(
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'guarded' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'guarded' } } },
    },
    ...names.map(name => workloadOf(name, annotations)),
  );
  const isReady = ({ status }: V1Pod) =>
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  await until(
    'all pods are ready, and their budget knows it',
    async () => {
      const pods = await scene.pods('app');
      const { stdout } = await scene.kubectl('get pdb guarded -o jsonpath={.status.disruptionsAllowed}');
      return pods.length === replicas && pods.every(isReady) && stdout === '1';
    },
    180_000,
  );
}

function workloadOf(name: keyof typeof workloads, annotations: Annotations): Manifest {
  const { kind, pods } = workloads[name];
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas: pods }),
      ...(kind === 'StatefulSet' ? { serviceName: name, podManagementPolicy: 'Parallel' } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { terminationGracePeriodSeconds: 1, containers: [appContainer(idle)] },
      },
    },
  };
}

/** The same image under another name, which every node has that has pods. */
async function sameImageByDigest(scene: Scene): Promise<string> {
  const [pod] = await scene.pods('app=single');
  if (pod === undefined) throw new Error('there is no pod');
  return statusOf(pod, 'git-sync').imageID;
}
