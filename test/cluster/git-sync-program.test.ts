/**
 * What no annotation can bring about, and what the definition relies on all the same: pods with the image of git-sync
 * that nobody injected. The numbers are those of docs/git-sync.md.
 */
import type { V1Container } from '@kubernetes/client-node';
import { describe, expect } from 'vitest';
import { gitSyncImage } from './image-probe.ts';
import { type Scene, statusOf, until } from './scene.ts';
import { appContainer, gitSyncCase, podOf } from './suite.ts';

const volumes = [
  { name: 'git', emptyDir: {} },
  { name: 'tmp', emptyDir: {} },
];
const mounts = [
  { name: 'git', mountPath: '/git' },
  { name: 'tmp', mountPath: '/tmp' },
];

interface Outcome {
  readonly exitCode: number;
  readonly log: string;
}

/** Runs git-sync once with arguments and variables, and gives how it ended. */
async function runGitSync(
  scene: Scene,
  args: readonly string[],
  {
    env = {},
    container = {},
  }: { env?: Readonly<Record<string, string>>; container?: Partial<V1Container> } = {},
): Promise<Outcome> {
  const repository = await scene.createRepository();
  await repository.commit({ 'index.html': 'version 1' });
  const { securityContext = {} } = appContainer('');
  const once = ['--root=/git/.git-sync', '--link=/git/current', '--one-time', ...args];
  const gitSync: V1Container = {
    name: 'git-sync',
    image: gitSyncImage,
    imagePullPolicy: 'IfNotPresent',
    args: [`--repo=${repository.url()}`, ...once],
    env: Object.entries({ HOME: '/tmp', ...env }).map(([name, value]) => ({ name, value })),
    volumeMounts: mounts,
    securityContext: { ...securityContext, runAsUser: 65533, readOnlyRootFilesystem: true },
    ...container,
  };
  await scene.apply(podOf('program', {}, { restartPolicy: 'Never', containers: [gitSync], volumes }));
  const pod = await scene.ended('program');
  const exitCode = statusOf(pod, 'git-sync').state?.terminated?.exitCode ?? -1;
  return { exitCode, log: await scene.logs('program', 'git-sync') };
}

describe('14: without a writable /tmp', () => {
  gitSyncCase('it ends at once', async scene => {
    const container = { volumeMounts: mounts.filter(({ name }) => name !== 'tmp') };
    const { exitCode, log } = await runGitSync(scene, [], { container });
    expect(exitCode).toBe(1);
    expect(log).toContain("can't create gitconfig file");
  });
});

describe('15: what it does not understand', () => {
  const cases = [
    { given: 'a duration without a unit', args: ['--period=10'], exitCode: 2, says: 'missing unit' },
    { given: 'a negative depth', args: ['--depth=-1'], exitCode: 1, says: '--depth' },
    { given: 'an unknown flag', args: ['--no-such-flag'], exitCode: 2, says: 'unknown flag' },
    { given: 'a variable without a unit', env: { GITSYNC_PERIOD: '10' }, exitCode: 1, says: 'FATAL' },
    { given: 'an empty variable', env: { GITSYNC_DEPTH: '' }, exitCode: 1, says: 'FATAL' },
    {
      given: 'an unknown variable',
      env: { GITSYNC_NO_SUCH: '1' },
      exitCode: 0,
      says: 'exiting after one sync',
    },
    {
      given: 'a credential that is no JSON',
      env: { GITSYNC_CREDENTIAL: 'x' },
      exitCode: 0,
      says: 'exiting after one sync',
    },
  ];

  for (const { given, args = [], env = {}, exitCode, says } of cases) {
    gitSyncCase(`${given}: exit code ${exitCode}`, async scene => {
      const outcome = await runGitSync(scene, args, { env });
      expect(outcome.log).toContain(says);
      expect(outcome.exitCode).toBe(exitCode);
    });
  }
});

describe('16: a key that only root can read', () => {
  gitSyncCase('is of no use to another user, and one that all can read is', async scene => {
    const key = await scene.sharedServers.exec('cat /keys/user');
    await scene.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key' },
      stringData: { ssh: key },
    });
    const repository = await scene.createRepository('ssh.git');
    await repository.commit({ 'index.html': 'version 1' });
    const outcomes = await Promise.all(
      [0o400, 0o444].map(async mode => {
        const name = `mode-${mode.toString(8)}`;
        const { securityContext = {} } = appContainer('');
        const container: V1Container = {
          name: 'git-sync',
          image: gitSyncImage,
          imagePullPolicy: 'IfNotPresent',
          args: [
            `--repo=${repository.url('ssh')}`,
            '--root=/git/.git-sync',
            '--one-time',
            '--ssh-known-hosts=false',
          ],
          volumeMounts: [...mounts, { name: 'key', mountPath: '/etc/git-secret' }],
          securityContext: { ...securityContext, runAsUser: 65533 },
        };
        const keyVolume = { name: 'key', secret: { secretName: 'key', defaultMode: mode } };
        await scene.apply(
          podOf(
            name,
            {},
            { restartPolicy: 'Never', containers: [container], volumes: [...volumes, keyVolume] },
          ),
        );
        return statusOf(await scene.ended(name), 'git-sync').state?.terminated?.exitCode;
      }),
    );
    expect(outcomes).toEqual([1, 0]);
  });
});

describe('18: without the settings for silent servers', () => {
  gitSyncCase('a sync stays stuck far beyond its timeout', async scene => {
    const { securityContext = {} } = appContainer('');
    const args = (config: readonly string[]) => [
      `--repo=${scene.sharedServers.url('site.git', 'silent')}`,
      '--root=/git/.git-sync',
      '--sync-timeout=3s',
      '--max-failures=-1',
      ...config,
    ];
    const container = (config: readonly string[]): V1Container => ({
      name: 'git-sync',
      image: gitSyncImage,
      imagePullPolicy: 'IfNotPresent',
      args: args(config),
      volumeMounts: mounts,
      securityContext: { ...securityContext, runAsUser: 65533 },
    });
    await scene.apply(
      podOf('bare', {}, { containers: [container([])], volumes }),
      podOf(
        'set',
        {},
        { containers: [container(['--git-config=http.lowSpeedLimit:1,http.lowSpeedTime:5'])], volumes },
      ),
    );
    await scene.logged('set', 'git-sync', '"failCount":2', 60_000);
    expect(await scene.logs('bare', 'git-sync')).not.toContain('failCount');
    await until('both run', async () => statusOf(await scene.pod('bare'), 'git-sync').state?.running);
  });
});
