/** That a sidecar restarts without another image, alone, and stays what its definition gives. */
import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { runWithin } from './pod-commands.ts';
import { type Scene, statusOf, until } from './scene.ts';
import { gitSync, gitSyncCase, podOf } from './suite.ts';

const run = runWithin(100_000);

gitSyncCase('a sidecar restarts alone, again and again, and goes on syncing', async scene => {
  const repository = await scene.createRepository();
  await repository.commit({ 'index.html': 'version 1' });
  await scene.apply(podOf('web', gitSync(repository.url(), { mount: '/site', period: '1s' })));
  const first = await scene.ready('web');

  const once = await restarted(scene, first);
  expect(imageOf(once)).toMatch(/^registry\.k8s\.io\/git-sync\/git-sync:v[\d.]+@sha256:[0-9a-f]{64}$/);
  const twice = await restarted(scene, once);
  expect(imageOf(twice)).toMatch(/^registry\.k8s\.io\/git-sync\/git-sync@sha256:[0-9a-f]{64}$/);
  const thrice = await restarted(scene, twice);
  expect(imageOf(thrice)).toBe(imageOf(once));

  // As the definitions that ship are in force.
  expect(await run(scene, 'status', '--sidecars', 'sidecars')).toMatchObject({ exitCode: 0 });
  const app = (pod: V1Pod) => statusOf(pod, 'app').containerID;
  expect([once, twice, thrice].map(app)).toEqual([app(first), app(first), app(first)]);
  expect(statusOf(thrice, 'git-sync').imageID).toBe(statusOf(first, 'git-sync').imageID);
  await repository.commit({ 'index.html': 'version 2' });
  await until(
    'it goes on syncing',
    async () => (await scene.exec('web', 'app', 'cat', '/site/current/index.html')) === 'version 2',
  );
});

/** The pod when the command has come to its end: its sidecar runs anew, in a container that was not there before. */
async function restarted(scene: Scene, before: V1Pod): Promise<V1Pod> {
  const { exitCode, output } = await run(scene, 'restart', '--sidecar', 'git-sync', '--selector', 'app=web');
  expect(output).toMatch(/web: restarted in /);
  expect(exitCode).toBe(0);
  const pod = await scene.pod('web');
  const [old, now] = [before, pod].map(each => statusOf(each, 'git-sync'));
  expect(now).toMatchObject({ ready: true, restartCount: (old?.restartCount ?? 0) + 1 });
  expect(now?.containerID).not.toBe(old?.containerID);
  return pod;
}

function imageOf({ spec }: V1Pod): string | undefined {
  return spec?.initContainers?.[0]?.image;
}
