/** `sidecar-injector upgrade` on pods that run. */
import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { definitionsWith, runWithin } from './pod-commands.ts';
import { statusOf, until } from './scene.ts';
import { appContainer, gitSync, gitSyncCase, idle, podOf } from './suite.ts';

const run = runWithin(300_000);

const replicas = 20;
const maxUnavailable = 3;

gitSyncCase(
  'an upgrade of 20 pods restarts their sidecars a few at a time, and no container of the app',
  async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    await scene.apply(deployment(gitSync(repository.url(), { mount: '/site' })));
    await scene.kubectl('rollout status deployment/web --timeout=120s');
    const before = new Map((await scene.pods('app=web')).map(pod => [pod.metadata?.uid, pod]));
    const [first] = before.values();
    if (first === undefined) throw new Error('there are no pods');
    // The same image under another name, which every node has that has pods.
    const image = statusOf(first, 'git-sync').imageID;
    const definitions = await definitionsWith(scene, image);

    const upgrade = run(
      scene,
      'upgrade',
      '--sidecars',
      definitions,
      '--max-unavailable',
      `${maxUnavailable}`,
    );
    let isOver = false;
    const ended = upgrade.finally(() => {
      isOver = true;
    });
    let mostRestarting = 0;
    while (!isOver) {
      const restarting = (await scene.pods('app=web')).filter(pod => isRestarting(pod, before, image));
      mostRestarting = Math.max(mostRestarting, restarting.length);
    }
    expect(await ended).toMatchObject({ exitCode: 0 });

    expect(mostRestarting).toBeGreaterThan(0);
    expect(mostRestarting).toBeLessThanOrEqual(maxUnavailable);
    const after = await scene.pods('app=web');
    expect(after).toHaveLength(replicas);
    for (const pod of after) {
      const old = before.get(pod.metadata?.uid);
      expect(statusOf(pod, 'app').containerID).toBe(old && statusOf(old, 'app').containerID);
      expect(statusOf(pod, 'git-sync').containerID).not.toBe(old && statusOf(old, 'git-sync').containerID);
      expect(pod.spec?.initContainers?.[0]?.image).toBe(image);
    }
    expect(await run(scene, 'status', '--sidecars', definitions)).toMatchObject({ exitCode: 0 });
    await repository.commit({ 'index.html': 'version 2' });
    const name = first.metadata?.name ?? '';
    await until(
      'the upgraded sidecar goes on syncing',
      async () => (await scene.exec(name, 'app', 'cat', '/site/current/index.html')) === 'version 2',
      90_000,
    );
  },
  { timeoutMs: 400_000 },
);

gitSyncCase('an upgrade to an image that cannot be pulled says why', async scene => {
  const repository = await scene.createRepository();
  await repository.commit({ 'index.html': 'version 1' });
  await scene.apply(podOf('web', gitSync(repository.url(), { mount: '/site' })));
  await scene.ready('web');
  // A host that does not exist anywhere.
  const image = 'registry.invalid/git-sync:v99.0.0';
  const definitions = await definitionsWith(scene, image);
  const { exitCode, output } = await run(scene, 'upgrade', '--sidecars', definitions, '--timeout', '30s');
  expect(output).toMatch(
    /web: failed: not up again after 30 s: .*"registry\.invalid\/git-sync:v99\.0\.0".*lookup/,
  );
  expect(output.length).toBeLessThan(2000);
  expect(exitCode).toBe(1);
});

function deployment(annotations: Readonly<Record<string, string>>) {
  const labels = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { terminationGracePeriodSeconds: 1, containers: [appContainer(idle)] },
      },
    },
  };
}

/** Whether the image of a sidecar has moved and its new container is not up yet. */
function isRestarting(pod: V1Pod, before: ReadonlyMap<string | undefined, V1Pod>, image: string): boolean {
  if (pod.spec?.initContainers?.[0]?.image !== image) return false;
  const old = before.get(pod.metadata?.uid);
  const { containerID, started, ready } = statusOf(pod, 'git-sync');
  return !(started && ready && old && containerID !== statusOf(old, 'git-sync').containerID);
}
