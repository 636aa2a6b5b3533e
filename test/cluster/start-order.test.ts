import { describe, expect } from 'vitest';
import { statusOf, until } from './scene.ts';
import { appContainer, gitSync, gitSyncCase, idle, podOf } from './suite.ts';

/** What an app prints whose first instruction reads the content. */
const readsAtOnce = 'text=$(cat /site/current/index.html); echo "$text"; ';

describe.each(['native', 'classic', 'init'])('in mode %s', mode => {
  gitSyncCase('the first instruction of the app finds the content', async scene => {
    const repository = await scene.createRepository();
    const hash = await repository.commit({ 'index.html': 'version 1' });
    const app = appContainer(readsAtOnce + idle);
    await scene.apply(
      podOf('web', gitSync(repository.url(), { mode, mount: '/site' }), { containers: [app] }),
    );
    const pod = await scene.ready('web');
    expect(await scene.logged('web', 'app', 'version')).toBe('version 1\n');
    expect(statusOf(pod, 'app').restartCount).toBe(0);
    expect(await scene.exec('web', 'app', 'readlink', '/site/current')).toContain(hash);
  });

  gitSyncCase('an init container of the app finds it as well', async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    const volumeMounts = [{ name: 'git-sync', mountPath: '/site' }];
    const prepare = appContainer(readsAtOnce, { name: 'prepare', volumeMounts });
    const volumes = [{ name: 'git-sync', emptyDir: {} }];
    const spec = { initContainers: [prepare], volumes };
    await scene.apply(podOf('web', gitSync(repository.url(), { mode }), spec));
    const pod = await scene.ready('web');
    expect(await scene.logged('web', 'prepare', 'version')).toBe('version 1\n');
    expect(statusOf(pod, 'prepare').restartCount).toBe(0);
  });
});

describe('a push', () => {
  gitSyncCase.each(['native', 'classic'])(
    'reaches the app in mode %s without a restart',
    async (scene, mode) => {
      const repository = await scene.createRepository();
      await repository.commit({ 'index.html': 'version 1' });
      const annotations = gitSync(repository.url(), { mode, mount: '/site', period: '1s' });
      await scene.apply(podOf('web', annotations));
      await scene.ready('web');
      await repository.commit({ 'index.html': 'version 2' });
      const read = () => scene.exec('web', 'app', 'cat', '/site/current/index.html');
      await until('the app reads version 2', async () => (await read()) === 'version 2', 30_000);
      const { status } = await scene.pod('web');
      for (const { restartCount } of status?.containerStatuses ?? []) expect(restartCount).toBe(0);
    },
  );
});
