/** What happens when the repository, the server or the sidecar is not there, by the numbers of docs/git-sync.md. */
import { describe, expect } from 'vitest';
import { type Scene, statusOf, until } from './scene.ts';
import { Site } from './site.ts';
import { appContainer, gitSync, gitSyncCase, idle, podOf } from './suite.ts';

describe('5 and 6: what cannot be fetched', () => {
  const problems = [
    {
      what: 'a ref that is not there',
      parameters: { ref: 'nowhere' },
      path: undefined,
      says: "couldn't find remote ref",
    },
    { what: 'a repository that is not there', parameters: {}, path: 'nothing.git', says: 'nothing.git' },
  ];

  for (const { what, parameters, path, says } of problems) {
    gitSyncCase(`${what} keeps a native sidecar trying, and the app from starting`, async scene => {
      await createBroken(scene, path, { ...parameters, mode: 'native', period: '1s' });
      const log = await scene.logged('web', 'git-sync', '"failCount":3');
      expect(log).toContain(says);
      const pod = await scene.pod('web');
      expect(statusOf(pod, 'git-sync')).toMatchObject({ started: false, restartCount: 0 });
      expect(statusOf(pod, 'git-sync').state?.running).toBeDefined();
      expect(statusOf(pod, 'app').state?.waiting?.reason).toBe('PodInitializing');
    });

    gitSyncCase(
      `${what} ends a run that ends after ten attempts, and kubectl describe shows why`,
      async scene => {
        await createBroken(scene, path, { ...parameters, mode: 'init' });
        const { exitCode, message } = await until('it has ended', () => ended(scene), 90_000);
        expect(exitCode).toBe(1);
        expect(message).toContain('"failCount":10');
        const { stdout } = await scene.kubectl('describe pod web');
        expect(stdout).toContain('too many failures, aborting');
        expect(stdout).toContain(says);
      },
      { timeoutMs: 180_000 },
    );
  }

  gitSyncCase('a port that refuses is the same, and other files of the volume stay', async scene => {
    const volumeMounts = [{ name: 'git-sync', mountPath: '/site' }];
    const spec = {
      containers: [appContainer(`echo mine > /site/mine; ${idle}`, { volumeMounts })],
      volumes: [{ name: 'git-sync', emptyDir: {} }],
    };
    await scene.apply(
      podOf('web', gitSync('http://localhost:1/site.git', { wait: 'false', period: '1s' }), spec),
    );
    await scene.ready('web');
    await scene.logged('web', 'git-sync', '"failCount":3');
    expect(await scene.exec('web', 'app', 'cat', '/site/mine')).toBe('mine\n');
  });

  async function createBroken(
    scene: Scene,
    path: string | undefined,
    parameters: Readonly<Record<string, string>>,
  ) {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    const url = path === undefined ? repository.url() : scene.sharedServers.url(path);
    await scene.apply(podOf('web', gitSync(url, { ...parameters, mount: '/site' })));
  }

  async function ended(scene: Scene) {
    const { state, lastState } = statusOf(await scene.pod('web'), 'git-sync');
    return state?.terminated ?? lastState?.terminated;
  }
});

describe('a repository that comes later', () => {
  gitSyncCase('is picked up, and the app starts then', async scene => {
    const servers = scene.sharedServers;
    const path = `${scene.namespace}/later.git`;
    await scene.apply(podOf('web', gitSync(servers.url(path), { mount: '/site' })));
    await scene.logged('web', 'git-sync', '"failCount":2');
    const repository = await servers.createRepository(path);
    await repository.commit({ 'index.html': 'at last' });
    await scene.ready('web');
    expect(await scene.exec('web', 'app', 'cat', '/site/current/index.html')).toBe('at last');
  });

  gitSyncCase('with .wait false the app starts at once, and the content comes later', async scene => {
    const servers = scene.sharedServers;
    const path = `${scene.namespace}/later.git`;
    await scene.apply(podOf('web', gitSync(servers.url(path), { mount: '/site', wait: 'false' })));
    await scene.ready('web');
    const read = () =>
      scene.exec('web', 'app', 'sh', '-c', 'cat /site/current/index.html 2>/dev/null || echo none');
    expect(await read()).toBe('none\n');
    const repository = await servers.createRepository(path);
    await repository.commit({ 'index.html': 'at last' });
    await until('the content is there', async () => (await read()) === 'at last', 30_000);
  });
});

describe('7, 8 and 12: an outage of the server', () => {
  const metrics = (site: Site, path = '/metrics') =>
    site.sh(`busybox wget -qO- http://127.0.0.1:19418${path} 2>&1 || true`);
  const errors = async (site: Site) =>
    Number(/^git_sync_count_total\{status="error"\} (\d+)/m.exec(await metrics(site))?.[1] ?? 0);

  gitSyncCase('leaves the content where it is, and is over by itself', async scene => {
    const site = await Site.start(scene, { parameters: { metrics: 'true' }, hasOwnServers: true });
    expect(await metrics(site, '/')).not.toContain('503');
    const servers = await scene.servers();
    await servers.stop();
    await until('errors are counted', async () => (await errors(site)) >= 2, 60_000);
    expect(await site.read()).toBe('version 1');
    await servers.restart();
    await site.repository.commit({ 'index.html': 'version 2' });
    await until('version 2', async () => (await site.read()) === 'version 2', 60_000);
    expect(statusOf(await scene.pod('web'), 'git-sync').restartCount).toBe(0);
  });

  gitSyncCase('does not hold back a sidecar that restarts, and no port says otherwise', async scene => {
    const site = await Site.start(scene, { parameters: { metrics: 'true' }, hasOwnServers: true });
    await (await scene.servers()).stop();
    // What a git leaves that is killed while it fetches. A git-sync that goes on would see it at its next sync.
    await kill(scene, 'TERM', 'touch /git/.git-sync/.git/shallow.lock');
    const pod = await until('it is back', async () => {
      const pod = await scene.pod('web');
      const { restartCount, started } = statusOf(pod, 'git-sync');
      return restartCount === 1 && started && pod;
    });
    expect(statusOf(pod, 'app').restartCount).toBe(0);
    expect(await site.read()).toBe('version 1');
    await until('an error', async () => (await errors(site)) >= 1, 30_000);
    expect(await metrics(site, '/')).toContain('503');
    expect(await metrics(site, '/anything')).toContain('503');
    await scene.ready('web', 30_000);
  });

  gitSyncCase('holds back a new pod, and never one that runs', async scene => {
    const site = await Site.start(scene, { hasOwnServers: true });
    const servers = await scene.servers();
    await servers.stop();
    await scene.apply(podOf('second', gitSync(site.repository.url(), { mount: '/site' })));
    await scene.logged('second', 'git-sync', 'will retry');
    expect(statusOf(await scene.pod('second'), 'app').state?.waiting?.reason).toBe('PodInitializing');
    expect(await site.read()).toBe('version 1');
    await servers.restart();
    await scene.ready('second', 90_000);
  });
});

describe('13: signals', () => {
  gitSyncCase(
    'SIGTERM and SIGHUP end the sidecar at once, and it comes back without the app noticing',
    async scene => {
      const site = await Site.start(scene);
      const appId = statusOf(await scene.pod('web'), 'app').containerID;
      for (const [index, signal] of ['TERM', 'HUP'].entries()) {
        await kill(scene, signal);
        const pod = await until(`it is back after ${signal}`, async () => {
          const pod = await scene.pod('web');
          return (
            statusOf(pod, 'git-sync').restartCount === index + 1 && statusOf(pod, 'git-sync').started && pod
          );
        });
        const { exitCode, reason } = statusOf(pod, 'git-sync').lastState?.terminated ?? {};
        expect({ signal, exitCode, reason }).toEqual({ signal, exitCode: 0, reason: 'Completed' });
        expect(statusOf(pod, 'app').containerID).toBe(appId);
      }
      await site.repository.commit({ 'index.html': 'version 2' });
      await until('it syncs again', async () => (await site.read()) === 'version 2', 60_000);
    },
    { timeoutMs: 180_000 },
  );
});

describe('18: a server that accepts and stays silent', () => {
  gitSyncCase('over http holds a sync for .timeout', async scene => {
    const servers = await scene.servers();
    const repository = await servers.createRepository('site.git');
    await repository.commit({ 'index.html': 'at last' });
    const parameters = { mount: '/site', timeout: '10s' };
    await scene.apply(podOf('web', gitSync(repository.url('silent'), parameters)));
    await scene.logged('web', 'git-sync', '"failCount":2', 60_000);
    await servers.exec('touch /tmp/talk');
    await scene.ready('web', 60_000);
    expect(await scene.exec('web', 'app', 'cat', '/site/current/index.html')).toBe('at last');
  });

  gitSyncCase('for a shorter time than .timeout is only slow', async scene => {
    const servers = await scene.servers();
    await servers.exec('echo 6 > /tmp/talk');
    const repository = await servers.createRepository('site.git');
    await repository.commit({ 'index.html': 'at last' });
    const of = (timeout: string) => gitSync(repository.url('silent'), { timeout });
    await scene.apply(podOf('patient', of('20s')), podOf('hasty', of('3s')));
    await scene.ready('patient');
    expect(await scene.logs('patient', 'git-sync')).not.toContain('failCount');
    await scene.logged('hasty', 'git-sync', '"failCount":3', 60_000);
  });

  gitSyncCase('over ssh holds it for ten seconds', async scene => {
    const servers = scene.sharedServers;
    const url = servers.url('site.git', 'ssh').replace(/:\d+/, ':9000');
    await scene.apply(podOf('web', gitSync(url, { 'known-hosts': 'off' })));
    await scene.logged('web', 'git-sync', 'timed out', 60_000);
  });

  gitSyncCase('.timeout ends a sync that takes longer, in containers that run once too', async scene => {
    const url = scene.sharedServers.url('site.git', 'silent');
    await scene.apply(podOf('web', gitSync(url, { timeout: '3s', mode: 'init' })));
    await scene.logged('web', 'git-sync', '"failCount":2', 40_000);
  });
});

describe('a drained node', () => {
  gitSyncCase('wants --delete-emptydir-data', async scene => {
    await Site.start(scene);
    const { spec } = await scene.pod('web');
    const drain = (...flags: readonly string[]) =>
      scene
        .kubectl([
          'drain',
          String(spec?.nodeName),
          '--dry-run=server',
          '--force',
          '--pod-selector=app=web',
          ...flags,
        ])
        .then(({ stdout }) => stdout, String);
    expect(await drain()).toContain('use --delete-emptydir-data to override');
    expect(await drain('--delete-emptydir-data')).toContain(`pod ${scene.namespace}/web`);
  });
});

describe('the end of a pod', () => {
  const ends = async (scene: Scene) => {
    const startMs = performance.now();
    await scene.kubectl('delete pod web --timeout=25s');
    return (performance.now() - startMs) / 1000;
  };
  const spec = {
    terminationGracePeriodSeconds: 30,
    containers: [appContainer('trap "exit 0" TERM; sleep 100000 & wait')],
  };

  gitSyncCase.each(['native', 'classic'])(
    'does not wait for the sidecar, in mode %s',
    async (scene, mode) => {
      await Site.start(scene, { spec, parameters: { mode } });
      expect(await ends(scene)).toBeLessThan(10);
    },
  );

  gitSyncCase('does not wait for a probe that waits, or a sync that is under way', async scene => {
    await scene.apply(
      podOf('web', gitSync(scene.sharedServers.url('site.git', 'silent'), { mount: '/site' }), spec),
    );
    await scene.logged('web', 'git-sync', 'starting up');
    expect(await ends(scene)).toBeLessThan(10);
  });
});

/** As the kubelet would: to the first process. */
async function kill(scene: Scene, signal: string, before = ':'): Promise<void> {
  await scene.exec('web', 'git-sync', 'sh', '-c', `${before}; kill -${signal} 1`).catch(() => undefined);
}
