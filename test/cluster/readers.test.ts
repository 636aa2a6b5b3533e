/** Several repositories in one pod, and what somebody sees who reads all the time. */
import { describe, expect } from 'vitest';
import { until } from './scene.ts';
import { Site } from './site.ts';
import { annotationsOf, appContainer, gitSyncCase, podOf } from './suite.ts';

describe('several repositories in one pod', () => {
  gitSyncCase('each follows its own, with its own parameters', async scene => {
    const names = ['site', 'docs', 'data'];
    const repositories = await Promise.all(names.map(name => scene.createRepository(`${name}.git`)));
    const commit = (version: string) =>
      Promise.all(
        repositories.map((repository, index) => repository.commit({ file: `${names[index]} ${version}` })),
      );
    await commit('1');
    const annotations = repositories.map((repository, index) =>
      annotationsOf(index === 0 ? 'git-sync' : `git-sync_${names[index]}`, repository.url(), {
        mount: `/${names[index]}`,
        period: '1s',
        ...(index === 1 ? { link: 'live' } : {}),
        ...(index === 2 ? { volume: 'data', verbose: '5' } : {}),
      }),
    );
    await scene.apply(podOf('web', Object.assign({}, ...annotations)));
    await scene.ready('web');
    const read = () =>
      scene.exec('web', 'app', 'sh', '-c', 'cat /site/current/file /docs/live/file /data/current/file');
    expect(await read()).toBe('site 1docs 1data 1');
    await commit('2');
    await until('all have version 2', async () => (await read()) === 'site 2docs 2data 2', 60_000);
  });
});

describe('a reader', () => {
  gitSyncCase(
    'during 200 pushes never sees less than a whole commit, nor two mixed',
    async scene => {
      const containers = [appContainer(reader, { command: ['node', '-e', reader] })];
      const files = { a: '0', b: '0' };
      const site = await Site.start(scene, { files, parameters: { wait: 'true' }, spec: { containers } });
      await site.repository.git(`
        { for version in $(seq 200); do
            echo $version > a; echo $version > b
            git commit --quiet --all --message=$version && git push --quiet origin HEAD; sleep 0.2
          done; } > /dev/null 2>&1 &`);
      const report = () => site.sh('cat /tmp/report').then(JSON.parse);
      const seen = await until(
        'the last push is seen',
        async () => {
          const seen = await report();
          return seen.version === 200 && seen;
        },
        200_000,
      );
      expect(seen.problems).toEqual([]);
      // It really looked, and there really was something to see.
      expect(seen.reads).toBeGreaterThan(1000);
      expect(seen.versions).toBeGreaterThan(20);
    },
    { timeoutMs: 300_000 },
  );
});

/**
 * Reads both files of the commit over and over: through the link one after the other, where the second may be newer
 * but never older, and from the checkout that the link points at, where they must be the same.
 */
const reader = `
const fs = require('fs');
const number = path => Number(fs.readFileSync(path, 'utf8'));
const seen = { reads: 0, versions: 0, version: 0, problems: [] };
function look() {
  for (let round = 0; round < 20; round++) {
    try {
      const [a, b] = [number('/site/current/a'), number('/site/current/b')];
      if (b < a) seen.problems.push('older: ' + a + ' ' + b);
      const checkout = fs.realpathSync('/site/current');
      const [c, d] = [number(checkout + '/a'), number(checkout + '/b')];
      if (c !== d) seen.problems.push('mixed: ' + c + ' ' + d);
      if (d !== seen.version) seen.versions++;
      seen.version = d;
    } catch (error) {
      seen.problems.push(String(error));
    }
    seen.reads++;
  }
  fs.writeFileSync('/tmp/report.new', JSON.stringify(seen));
  fs.renameSync('/tmp/report.new', '/tmp/report');
  setTimeout(look, 20);
}
look();
`;
