/** Workloads of all kinds, and what their pods may use. */
import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect } from 'vitest';
import { type Manifest, statusOf, until } from './scene.ts';
import { Site } from './site.ts';
import { type Annotations, appContainer, gitSync, gitSyncCase, idle, podOf } from './suite.ts';

const template = (annotations: Annotations, script = idle, spec: object = {}) => ({
  metadata: { labels: { app: 'web' }, annotations },
  spec: { terminationGracePeriodSeconds: 1, containers: [appContainer(script)], ...spec },
});

describe('a workload', () => {
  gitSyncCase.each(['Deployment', 'StatefulSet', 'DaemonSet'])(
    '%s gets pods with the content, and again when they are recreated',
    async (scene, kind) => {
      const repository = await scene.createRepository();
      await repository.commit({ 'index.html': 'version 1' });
      const spec = {
        selector: { matchLabels: { app: 'web' } },
        template: template(gitSync(repository.url(), { mount: '/site' })),
      };
      await scene.apply({
        apiVersion: 'apps/v1',
        kind,
        metadata: { name: 'web' },
        spec: kind === 'StatefulSet' ? { ...spec, serviceName: 'web' } : spec,
      });
      const ready = () =>
        until(`a ready pod of the ${kind}`, async () => {
          const pods = await scene.pods('app=web');
          return pods.find(pod => pod.metadata?.deletionTimestamp === undefined && isReady(pod));
        });
      const first = await ready();
      await repository.commit({ 'index.html': 'version 2' });
      await scene.kubectl(`delete pod ${first.metadata?.name} --wait`);
      const second = await ready();
      expect(second.metadata?.uid).not.toBe(first.metadata?.uid);
      expect(await scene.exec(second.metadata?.name ?? '', 'app', 'cat', '/site/current/index.html')).toBe(
        'version 2',
      );
    },
  );

  gitSyncCase.each(['native', 'init'])('a Job ends, in mode %s', async (scene, mode) => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    await scene.apply(job('work', gitSync(repository.url(), { mount: '/site', mode })));
    await until('the Job is complete', async () => (await conditionsOf(`job work`)).includes('Complete'));
    const [pod] = await scene.pods('app=web');
    expect(pod?.status?.phase).toBe('Succeeded');
    expect(await scene.logs(pod?.metadata?.name ?? '', 'app')).toBe('version 1\n');

    async function conditionsOf(what: string): Promise<string> {
      return (await scene.kubectl(`get ${what} -o jsonpath={.status.conditions[?(@.status=="True")].type}`))
        .stdout;
    }
  });

  gitSyncCase('a Job leaves a sidecar that completed, and no trace of its signal', async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    await scene.apply(job('work', gitSync(repository.url(), { mount: '/site' })));
    const pod = await until('its pod has ended', async () => {
      const [pod] = await scene.pods('app=web');
      return pod?.status?.phase === 'Succeeded' && pod;
    });
    expect(statusOf(pod, 'git-sync').state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
  });

  gitSyncCase('a podFailurePolicy without containerName sees the work only', async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    const { spec, ...failing } = job('work', gitSync(repository.url()), 'exit 42');
    const podFailurePolicy = {
      rules: [{ action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [42] } }],
    };
    await scene.apply({ ...failing, spec: { ...spec, backoffLimit: 0, podFailurePolicy } });
    const failed = 'get job work -o jsonpath={.status.conditions[?(@.type=="Failed")].reason}';
    const reason = await until(
      'the Job has failed',
      async () => (await scene.kubectl(failed)).stdout || undefined,
    );
    expect(reason).toBe('BackoffLimitExceeded');
  });

  gitSyncCase(
    'a CronJob makes Jobs that end',
    async scene => {
      const repository = await scene.createRepository();
      await repository.commit({ 'index.html': 'version 1' });
      const { spec } = job('work', gitSync(repository.url(), { mount: '/site' }));
      const cronJob = { schedule: '* * * * *', jobTemplate: { spec } };
      await scene.apply({
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'hourly' },
        spec: cronJob,
      });
      const succeeded = 'get jobs -o jsonpath={.items[*].status.succeeded}';
      await until(
        'a Job has succeeded',
        async () => (await scene.kubectl(succeeded)).stdout.includes('1'),
        120_000,
      );
    },
    { timeoutMs: 180_000 },
  );

  gitSyncCase('a Job whose work fails is Failed, and no sidecar keeps it', async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    await scene.apply(job('work', gitSync(repository.url(), { mount: '/site' }), 'exit 7'));
    const failed = 'get job work -o jsonpath={.status.failed}';
    await until('the Job has failed', async () => (await scene.kubectl(failed)).stdout === '1');
    const [pod] = await scene.pods('app=web');
    expect(pod && statusOf(pod, 'app').state?.terminated?.exitCode).toBe(7);
  });
});

describe('resources', () => {
  gitSyncCase('.cpu, .memory and .memory-limit are what the container gets', async scene => {
    const parameters = { cpu: '30m', memory: '100Mi', 'memory-limit': '200Mi' };
    const site = await Site.start(scene, { parameters });
    expect(statusOf(await scene.pod('web'), 'git-sync').resources).toEqual({
      requests: { cpu: '30m', memory: '100Mi' },
      limits: { memory: '200Mi' },
    });
    const limit =
      'cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes';
    expect((await site.inSidecar(limit)).trim()).toBe(String(200 * 1024 * 1024));
  });

  gitSyncCase('.size evicts a pod whose content is larger', async scene => {
    const repository = await scene.createRepository();
    await repository.git(
      'head -c 8M /dev/urandom > file; git add . && git commit -qm large && git push -q origin HEAD',
    );
    await scene.apply(podOf('web', gitSync(repository.url(), { mount: '/site', size: '1Mi' })));
    const pod = await until(
      'it is evicted',
      async () => {
        const pod = await scene.pod('web');
        return pod.status?.reason === 'Evicted' && pod;
      },
      90_000,
    );
    expect(pod.status?.message).toContain('git-sync');
  });
});

describe('who and where', () => {
  gitSyncCase('.run-as-user says which user writes, and none leaves it to the image', async scene => {
    const site = await Site.start(scene, { parameters: { 'run-as-user': '4242' } });
    expect((await site.inSidecar('id -u')).trim()).toBe('4242');
    expect(await site.sh('stat -Lc %u /site/current')).toBe('4242\n');
    await scene.apply(podOf('free', gitSync(site.repository.url(), { 'run-as-user': 'none' })));
    await scene.ready('free');
    expect((await scene.exec('free', 'git-sync', 'id', '-u')).trim()).toBe('65533');
  });

  gitSyncCase('.volume, .link and .containers name what the apps see', async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    const containers = ['one', 'two', 'three'].map(name => appContainer(idle, { name }));
    const parameters = { volume: 'content', link: 'live', mount: '/site', containers: 'one,three' };
    await scene.apply(podOf('web', gitSync(repository.url(), parameters), { containers }));
    const pod = await scene.ready('web');
    expect(pod.spec?.volumes?.map(({ name }) => name)).toContain('content');
    for (const name of ['one', 'three'])
      expect(await scene.exec('web', name, 'cat', '/site/live/index.html')).toBe('version 1');
    expect(await scene.exec('web', 'two', 'sh', '-c', 'ls /site 2>/dev/null || echo none')).toBe('none\n');
  });

  gitSyncCase('.period says how soon a push is seen', async scene => {
    const site = await Site.start(scene, { parameters: { period: '2s' } });
    await scene.apply(podOf('slow', gitSync(site.repository.url(), { mount: '/site', period: '10m' })));
    await scene.ready('slow');
    await site.repository.commit({ 'index.html': 'version 2' });
    await until('the quick one', async () => (await site.read()) === 'version 2', 30_000);
    expect(await scene.exec('slow', 'app', 'cat', '/site/current/index.html')).toBe('version 1');
  });
});

describe('23: what would run as a command', () => {
  gitSyncCase('is refused, or taken as it is written', async scene => {
    const refused = podOf(
      'web',
      gitSync('https://example.com/site.git', { ref: '--upload-pack=touch /tmp/x' }),
    );
    await expect(scene.apply(refused)).rejects.toThrow('sidecar.io/git-sync.ref');
    await scene.apply(podOf('web', gitSync(`${scene.sharedServers.url('$(HOME)')}.git`)));
    await scene.logged('web', 'git-sync', '$(HOME).git');
  });
});

function job(
  name: string,
  annotations: Annotations,
  script = 'text=$(cat /site/current/index.html); echo "$text"',
) {
  const spec = { backoffLimit: 0, template: template(annotations, script, { restartPolicy: 'Never' }) };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec } satisfies Manifest;
}

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
