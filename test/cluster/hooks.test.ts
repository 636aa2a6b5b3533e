/** What git-sync calls after a change, by the numbers of docs/git-sync.md. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { until } from './scene.ts';
import { Site } from './site.ts';
import { gitSync, gitSyncCase, podOf } from './suite.ts';

describe('11: .webhook', () => {
  gitSyncCase(
    'is called at the start and after each change, again and again until it is answered with 200',
    async scene => {
      const servers = await scene.servers();
      const site = await Site.start(scene, { hasOwnServers: true, parameters: { webhook: servers.hookUrl } });
      await until('the first call', async () => (await servers.hooks()).length > 0);
      expect(await servers.hooks()).toEqual([
        { method: 'POST', url: '/changed', length: 0, hash: site.hash, status: 200 },
      ]);
      await servers.exec('echo 500 > /tmp/hook-status');
      const second = await site.repository.commit({ 'index.html': 'version 2' });
      const failed = () => servers.hooks().then(calls => calls.filter(({ status }) => status === 500));
      await until('it is tried twice', async () => (await failed()).length >= 2, 60_000);
      expect((await failed())[0]?.hash).toBe(second);
      // The link was moved before the call.
      expect(await site.current()).toBe(second);
      await servers.exec('rm /tmp/hook-status');
      const last = () => servers.hooks().then(calls => calls.at(-1));
      await until('it is answered', async () => (await last())?.status === 200, 60_000);
      expect((await last())?.hash).toBe(second);
    },
  );

  gitSyncCase(
    '9: in mode classic is called by the container that stays only, which keeps the link',
    async scene => {
      const servers = await scene.servers();
      const parameters = { webhook: servers.hookUrl, mode: 'classic', period: '5m' };
      const site = await Site.start(scene, { hasOwnServers: true, parameters });
      await until('the call', async () => (await servers.hooks()).length > 0);
      await scene.logged('web', 'git-sync-init', 'exiting after one sync');
      expect(await servers.hooks()).toHaveLength(1);
      expect(await site.current()).toBe(site.hash);
    },
  );

  gitSyncCase('.webhook-method and .webhook-success-status say how', async scene => {
    const servers = await scene.servers();
    await servers.exec('echo 204 > /tmp/hook-status');
    const parameters = { webhook: servers.hookUrl, 'webhook-method': 'PUT', 'webhook-success-status': '204' };
    await Site.start(scene, { hasOwnServers: true, parameters });
    await scene.logged('web', 'git-sync', 'sending webhook');
    // A call that does not count is made again after three seconds.
    await sleep(6000);
    expect(await servers.hooks()).toMatchObject([{ method: 'PUT', status: 204 }]);
  });

  gitSyncCase('in mode init is not called at all', async scene => {
    const servers = await scene.servers();
    await Site.start(scene, { hasOwnServers: true, parameters: { webhook: servers.hookUrl, mode: 'init' } });
    expect(await servers.hooks()).toEqual([]);
  });
});

describe('.metrics', () => {
  gitSyncCase('12: serves them under the name of the port', async scene => {
    const site = await Site.start(scene, { parameters: { metrics: 'true' } });
    const { stdout } = await scene.kubectl(
      `get --raw /api/v1/namespaces/${scene.namespace}/pods/web:19418/proxy/metrics`,
    );
    expect(stdout).toMatch(/^git_sync_count_total\{status="success"\} 1$/m);
    expect(await site.sh('busybox wget -qO- http://127.0.0.1:19418/ && echo fine')).toContain('fine');
  });

  gitSyncCase('without it no port is open', async scene => {
    const site = await Site.start(scene);
    expect(await site.sh('cat /proc/net/tcp /proc/net/tcp6 | grep " 0A " || echo none')).toBe('none\n');
  });
});

describe('.verbose', () => {
  gitSyncCase('says how much is logged', async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    await scene.apply(
      podOf('web', gitSync(repository.url(), { verbose: '6' })),
      podOf('quiet', gitSync(repository.url())),
    );
    await Promise.all([scene.ready('web'), scene.ready('quiet')]);
    await scene.logged('web', 'git-sync', '"msg":"running command"');
    expect(await scene.logs('quiet', 'git-sync')).not.toContain('running command');
  });
});
