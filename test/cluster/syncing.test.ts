/** What git-sync does in the shared volume, by the numbers of the table in docs/git-sync.md. */
import { describe, expect } from 'vitest';
import { until } from './scene.ts';
import { Site } from './site.ts';
import { appContainer, gitSync, gitSyncCase, idle, podOf } from './suite.ts';

describe('1: the first sync', () => {
  gitSyncCase('leaves a relative link to a checkout named by the hash, readable by any user', async scene => {
    const files = { 'index.html': 'version 1', 'bin/run.sh': '#!/bin/sh\necho hello' };
    const site = await Site.create(scene, { files });
    await site.repository.git(
      'chmod +x bin/run.sh && git add . && git commit -qm mode && git push -q origin HEAD',
    );
    await scene.ready('web');
    const hash = await site.repository.git('git rev-parse HEAD');
    await until('the commit is there', async () => (await site.current()) === hash);
    expect(hash).toMatch(/^[0-9a-f]{40}$/);
    expect((await site.sh('readlink /site/current')).trim()).toBe(`.git-sync/.worktrees/${hash}`);
    expect(await site.sh('cd /site/current && stat -c "%a %n" index.html bin bin/run.sh')).toBe(
      '644 index.html\n755 bin\n755 bin/run.sh\n',
    );
    expect(await site.sh('id -u; /site/current/bin/run.sh')).toBe('1000\nhello\n');
  });
});

describe('2: relocation', () => {
  gitSyncCase('the volume resolves wherever it is mounted, read-only too', async scene => {
    const volumeMounts = [
      { name: 'git-sync', mountPath: '/a/deep/place', readOnly: true },
      { name: 'git-sync', mountPath: '/b', readOnly: true },
    ];
    const spec = {
      containers: [appContainer(idle, { volumeMounts })],
      volumes: [{ name: 'git-sync', emptyDir: {} }],
    };
    const site = await Site.start(scene, { spec });
    expect(await site.sh('cat /a/deep/place/current/index.html /b/current/index.html')).toBe(
      'version 1version 1',
    );
    expect(await site.sh('touch /b/file 2>&1 || true')).toContain('Read-only file system');
  });
});

describe('3: a push', () => {
  gitSyncCase('moves the link, and the old checkout stays until .stale is over', async scene => {
    const site = await Site.start(scene, { parameters: { stale: '10s' } });
    const second = await site.repository.commit({ 'index.html': 'version 2' });
    await until('the link moves', async () => (await site.current()) === second, 30_000);
    expect(await site.sh(`cat /site/.git-sync/.worktrees/${site.hash}/index.html`)).toBe('version 1');
    const checkouts = () => site.sh('ls /site/.git-sync/.worktrees');
    await until('the old checkout is gone', async () => !(await checkouts()).includes(site.hash), 40_000);
  });

  gitSyncCase('with .stale 0s leaves nothing of the old checkout', async scene => {
    const site = await Site.start(scene, { parameters: { stale: '0s' } });
    const second = await site.repository.commit({ 'index.html': 'version 2' });
    const checkouts = () => site.sh('ls /site/.git-sync/.worktrees');
    await until('only the new checkout', async () => (await checkouts()) === `${second}\n`, 30_000);
  });
});

describe('4: a history that is not a line', () => {
  gitSyncCase('a push that goes back is followed', async scene => {
    const site = await Site.start(scene);
    const second = await site.repository.commit({ 'index.html': 'version 2' });
    await until('the second commit', async () => (await site.current()) === second, 30_000);
    await site.repository.git('git reset -q --hard HEAD~1 && git push -q --force origin HEAD');
    await until('the first commit again', async () => (await site.current()) === site.hash, 30_000);
    expect(await site.read()).toBe('version 1');
  });

  gitSyncCase('HEAD follows the default branch of the server', async scene => {
    const site = await Site.start(scene);
    await site.repository.git('git checkout -q -b next');
    const next = await site.repository.commit({ 'index.html': 'next' });
    await scene.sharedServers.exec(`git -C ${site.repository.path} symbolic-ref HEAD refs/heads/next`);
    await until('the other branch', async () => (await site.current()) === next, 30_000);
  });

  gitSyncCase('.ref takes a branch or an annotated tag', async scene => {
    const repository = await scene.createRepository('other.git');
    await repository.commit({ 'index.html': 'tagged' });
    await repository.git('git tag -a v1 -m v1 && git push -q origin v1');
    await repository.commit({ 'index.html': 'main' });
    const annotations = {
      'sidecar.io/git-sync_tag': repository.url(),
      'sidecar.io/git-sync_tag.ref': 'v1',
      'sidecar.io/git-sync_tag.mount': '/tag',
    };

    await scene.apply(
      podOf('web', {
        ...annotations,
        'sidecar.io/git-sync_branch': repository.url(),
        'sidecar.io/git-sync_branch.ref': 'refs/heads/main',
        'sidecar.io/git-sync_branch.mount': '/branch',
      }),
    );
    await scene.ready('web');
    expect(await scene.exec('web', 'app', 'cat', '/tag/current/index.html')).toBe('tagged');
    expect(await scene.exec('web', 'app', 'cat', '/branch/current/index.html')).toBe('main');
  });
});

describe('10: .touch-file', () => {
  gitSyncCase('is touched at the first sync and at each change, and not between', async scene => {
    const site = await Site.start(scene, { parameters: { 'touch-file': 'changed' } });
    const touched = async () => Number(await site.sh('stat -c %.9Y /site/changed'));
    const first = await touched();
    await site.sh('sleep 4');
    expect(await touched()).toBe(first);
    await site.repository.commit({ 'index.html': 'version 2' });
    await until('it is touched again', async () => (await touched()) > first, 30_000);
    expect(await site.read()).toBe('version 2');
  });
});

describe('19: a full hash', () => {
  gitSyncCase('is checked out once, by an init container that ends', async scene => {
    const repository = await scene.createRepository();
    const hash = await repository.commit({ 'index.html': 'pinned' });
    await repository.commit({ 'index.html': 'later' });

    await scene.apply(podOf('web', gitSync(repository.url(), { ref: hash, mount: '/site' })));
    const pod = await scene.ready('web');
    expect(pod.status?.initContainerStatuses?.[0]?.state?.terminated?.exitCode).toBe(0);
    expect(await scene.exec('web', 'app', 'cat', '/site/current/index.html')).toBe('pinned');
  });

  gitSyncCase('in mode native is synced once by a container that stays', async scene => {
    const repository = await scene.createRepository();
    const hash = await repository.commit({ 'index.html': 'pinned' });

    const parameters = { ref: hash, mode: 'native', mount: '/site', period: '1s' };
    await scene.apply(podOf('web', gitSync(repository.url(), parameters)));
    const pod = await scene.ready('web');
    await scene.logged('web', 'git-sync', 'no further sync needed');
    expect(pod.status?.initContainerStatuses?.[0]?.state?.running).toBeDefined();
  });
});

describe('20: less than everything', () => {
  gitSyncCase('.sparse and .filter check out and fetch what the ConfigMap lists', async scene => {
    const data = { 'sparse-checkout': '/docs/\n' };
    await scene.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'patterns' }, data });
    const files = { 'docs/a.md': 'a', 'src/b.ts': 'b'.repeat(1000) };
    const site = await Site.start(scene, { files, parameters: { sparse: 'patterns', filter: 'blob:none' } });
    expect(await site.sh('cd /site/current && find . -type f -not -name .git')).toBe('./docs/a.md\n');
    const missing = await site.inSidecar(
      'git -C /git/.git-sync rev-list --objects --all --missing=print | grep -c "^?"',
    );
    expect(missing.trim()).toBe('1');
  });

  gitSyncCase('.depth says how much of the history is there', async scene => {
    const repository = await scene.createRepository();
    for (const version of ['1', '2', '3']) await repository.commit({ 'index.html': version });
    const instances = ['1', '2', '0'].map(depth => ({
      [`sidecar.io/git-sync_d${depth}`]: repository.url(),
      [`sidecar.io/git-sync_d${depth}.depth`]: depth,
      [`sidecar.io/git-sync_d${depth}.mount`]: `/d${depth}`,
    }));

    await scene.apply(podOf('web', Object.assign({}, ...instances)));
    await scene.ready('web');
    const commits = async (depth: string) =>
      (
        await scene.exec(
          'web',
          `git-sync-d${depth}`,
          'git',
          '-C',
          '/git/.git-sync',
          'rev-list',
          '--count',
          'HEAD',
        )
      ).trim();
    expect([await commits('1'), await commits('2'), await commits('0')]).toEqual(['1', '2', '3']);
  });

  gitSyncCase('.submodules says which are checked out', async scene => {
    const [inner, middle, outer] = await Promise.all(
      ['inner.git', 'middle.git', 'outer.git'].map(name => scene.createRepository(name)),
    );
    if (!inner || !middle || !outer) throw new Error('three repositories were made');
    await inner.commit({ file: 'inner' });
    await middle.git(`git submodule --quiet add ${inner.url()} inner`);
    await middle.commit({ file: 'middle' });
    await outer.git(`git submodule --quiet add ${middle.url()} middle`);
    await outer.commit({ file: 'outer' });
    const levels = ['recursive', 'shallow', 'off'];
    const instances = levels.map(level => ({
      [`sidecar.io/git-sync_${level}`]: outer.url(),
      [`sidecar.io/git-sync_${level}.submodules`]: level,
      [`sidecar.io/git-sync_${level}.mount`]: `/${level}`,
    }));

    await scene.apply(podOf('web', Object.assign({}, ...instances)));
    await scene.ready('web');
    const files = async (level: string) =>
      (await scene.exec('web', 'app', 'sh', '-c', `cd /${level}/current && find . -name file | sort`))
        .split('\n')
        .filter(Boolean);
    expect(await files('recursive')).toEqual(['./file', './middle/file', './middle/inner/file']);
    expect(await files('shallow')).toEqual(['./file', './middle/file']);
    expect(await files('off')).toEqual(['./file']);
  });
});

describe('21: the volume', () => {
  const volumeMounts = [{ name: 'git-sync', mountPath: '/site' }];
  const spec = {
    containers: [appContainer(idle, { volumeMounts })],
    volumes: [{ name: 'git-sync', emptyDir: {} }],
  };

  gitSyncCase('keeps a foreign file, and a store that is damaged is made anew', async scene => {
    const site = await Site.start(scene, { spec });
    await site.sh('echo mine > /site/mine');
    await site.inSidecar(
      'find /git/.git-sync/.git/objects -type f -delete; rm -f /git/.git-sync/.git/shallow',
    );
    const second = await site.repository.commit({ 'index.html': 'version 2' });
    await until('the new store', async () => (await site.current()) === second, 40_000);
    expect(await site.read()).toBe('version 2');
    expect(await site.sh('cat /site/mine')).toBe('mine\n');
  });

  gitSyncCase('a stray tmp-link stops publishing, and the log says so until it is gone', async scene => {
    const site = await Site.start(scene, { spec });
    await site.inSidecar('ln -s nowhere /git/tmp-link');
    const second = await site.repository.commit({ 'index.html': 'version 2' });
    await scene.logged('web', 'git-sync', 'tmp-link: file exists');
    expect(await site.read()).toBe('version 1');
    await site.inSidecar('rm /git/tmp-link');
    await until('publishing goes on', async () => (await site.current()) === second, 30_000);
  });
});
