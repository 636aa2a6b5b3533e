import { describe, expect, it } from 'vitest';
import type { RunningPod } from '../../../src/kubernetes/running-pod.ts';
import type { KubeletWarning } from '../../../src/running-pods/image-warning.ts';
import { changed, injectedPod, newerLogs } from '../running-pods/pods.ts';
import { type Access, FakeCluster, upgrade, withContainer, withState } from './fake-cluster.ts';

const names = Array.from({ length: 20 }, (_, index) => `web-${index}`);

/**
 * A pod whose kubelet tells these states one after the other, each for a number of looks, after its patch: `old` is the
 * container before, `carried` the new one with the state of the old one.
 */
function podThatShows(...phases: readonly (readonly [show: 'old' | 'carried' | 'down', looks: number])[]) {
  let pod = withContainer(injectedPod(), 'c1');
  let shown: readonly ('old' | 'carried' | 'down')[] = [];
  let looks = 0;
  const states = {
    old: (now: RunningPod) => withContainer(now, 'c1'),
    carried: (now: RunningPod) => withContainer(now, 'c2'),
    down: (now: RunningPod) => withContainer(now, 'c2', false),
  };
  const access: Access = {
    read: async () => {
      if (shown.length > 0) pod = states[shown[looks++] ?? 'carried'](pod);
      return pod;
    },
    patch: async (_key, operations) => {
      shown = phases.flatMap(([state, count]) => Array.from({ length: count }, () => state));
      pod = changed(pod, operations);
      return pod;
    },
    warnings: async () => [],
  };
  return { access, looks: () => looks };
}

async function upgradeOne(access: Access) {
  const { ended } = await upgrade(access, [{ namespace: 'shop', name: 'web', uid: 'uid-1' }], {
    timeoutMs: 60_000,
  });
  return ended;
}

describe('a sidecar that seems to be up', () => {
  it('is believed after five seconds without a break', async () => {
    const { access, looks } = podThatShows(['old', 2]);
    expect(await upgradeOne(access)).toEqual([{ outcome: 'upgraded', milliseconds: 6000 }]);
    // Of the last two one makes sure, the other is at the end of the whole upgrade.
    expect(looks()).toBe(14);
  });

  it('is not believed for the time in which the kubelet tells the state of the container before', async () => {
    const { access } = podThatShows(['old', 2], ['carried', 8], ['down', 20]);
    expect(await upgradeOne(access)).toEqual([{ outcome: 'upgraded', milliseconds: 20_000 }]);
  });
});

describe('an upgrade', () => {
  it('takes one pod after the other', async () => {
    const cluster = new FakeCluster(['a', 'b', 'c']);
    const { lines } = await upgrade(cluster, cluster.keys);
    expect(lines).toEqual(['begin a', 'upgraded a', 'begin b', 'upgraded b', 'begin c', 'upgraded c']);
    expect(cluster.maxRestarting).toBe(1);
  });

  it.each([1, 3, 7, 20, 50])('of 20 pods keeps no more than %i restarting at once', async maxUnavailable => {
    const cluster = new FakeCluster(names);
    const { outcomes } = await upgrade(cluster, cluster.keys, { maxUnavailable });
    expect(outcomes).toEqual(names.map(() => 'upgraded'));
    // The first is alone, and each that has come up makes room for one more.
    expect(cluster.maxRestarting).toBe(Math.min(maxUnavailable, 8));
    expect(names.map(name => cluster.state(name))).toEqual(names.map(() => 'injected'));
  });

  it('stops at the first pod that does not come up in time, and says what it saw last', async () => {
    const cluster = new FakeCluster(['a', 'b', 'c', 'd'], ['b']);
    const { outcomes, ended } = await upgrade(cluster, cluster.keys);
    expect(outcomes).toEqual(['upgraded', 'failed', 'stopped', 'stopped']);
    expect(ended[1]).toMatchObject({
      problem: 'not up again after 10 s: logs has not been restarted',
    });
    expect(['a', 'b', 'c', 'd'].map(name => cluster.state(name))).toEqual([
      'injected',
      'injected',
      'outdated',
      'outdated',
    ]);
  });

  const why = 'Failed to pull image "example.com/logs:v2": not found';
  it.each<readonly [what: string, warned: readonly KubeletWarning[] | Error, told: string]>([
    [
      'what the kubelet warned of last',
      [
        { fieldPath: 'spec.initContainers{logs}', message: `${why}, once` },
        { fieldPath: 'spec.initContainers{logs}', message: why },
        { fieldPath: 'spec.initContainers{logs}', message: 'Error: ErrImagePull' },
        { fieldPath: 'spec.containers{app}', message: `${why}, another container` },
        { fieldPath: 'spec.initContainers{logs}', message: 'Failed to pull image "example.com/logs:v1"' },
      ],
      `; ${why}`,
    ],
    [
      'no credential of it',
      [{ fieldPath: 'spec.initContainers{logs}', message: `${why} https://a:b@example.com/?c` }],
      `; ${why} https://***@example.com/?***`,
    ],
    ['nothing where the kubelet said nothing', [], ''],
    ['nothing where the events cannot be read', new Error('connection refused'), ''],
  ])('tells of an image that cannot be had %s', async (_what, warned, told) => {
    const cluster = new FakeCluster(['a'], ['a']);
    cluster.warned = warned;
    expect((await upgrade(cluster, cluster.keys)).ended).toEqual([
      { outcome: 'failed', problem: `not up again after 10 s: logs has not been restarted${told}` },
    ]);
  });

  it('does not ask for warnings where the status tells the image', async () => {
    const cluster = new FakeCluster(['a'], ['a']);
    cluster.warned = [{ fieldPath: 'spec.initContainers{logs}', message: why }];
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "example.com/logs:v2"' };
    cluster.onPatch = name => cluster.set(name, withState(cluster.pod(name), { waiting }));
    expect((await upgrade(cluster, cluster.keys)).ended).toMatchObject([
      { problem: `not up again after 10 s: logs waits: ${waiting.reason}: ${waiting.message}` },
    ]);
  });

  it('ends what is under way when another pod fails', async () => {
    const cluster = new FakeCluster(['a', 'b', 'c', 'd'], ['a']);
    const { lines } = await upgrade(cluster, cluster.keys, { maxUnavailable: 2 });
    expect(lines).toContain('failed a');
    expect(lines.filter(line => line.startsWith('begin')).length).toBe(
      lines.filter(line => /^(upgraded|failed)/.test(line)).length,
    );
  });

  it('says moved, and not upgraded, of a pod that is on no node yet', async () => {
    const cluster = new FakeCluster(['a', 'b']);
    cluster.set('a', injectedPod({ metadata: { name: 'a', uid: 'uid-a' }, spec: { nodeName: undefined } }));
    expect((await upgrade(cluster, cluster.keys)).outcomes).toEqual(['moved', 'upgraded']);
    expect(cluster.state('a')).toBe('injected');
  });

  it('does not begin another pod once nothing may be moved any more', async () => {
    const cluster = new FakeCluster(['a', 'b', 'c']);
    const answers = [undefined, 'other definitions are in force'];
    const { outcomes, ended } = await upgrade(cluster, cluster.keys, {
      whyStop: async () => answers.shift(),
    });
    expect(outcomes).toEqual(['upgraded', 'failed', 'stopped']);
    expect(ended[1]).toMatchObject({ problem: 'other definitions are in force' });
    expect(['a', 'b', 'c'].map(name => cluster.state(name))).toEqual(['injected', 'outdated', 'outdated']);
  });

  it('waits for the end of a container that may still be of the image before', async () => {
    const running = { containerID: 'c2', started: true, ready: true, state: { running: {} } };
    const stays = injectedPod({
      ...{ metadata: { generation: 2 }, spec: { terminationGracePeriodSeconds: 3 } },
      status: {
        observedGeneration: 2,
        initContainerStatuses: [{ name: 'logs', image: 'example.com/logs:v1', imageID: 'old', ...running }],
      },
    });
    const patched = withContainer(stays, 'c1');
    const access: Access = {
      read: async () => stays,
      patch: async () => patched,
      warnings: async () => [],
    };
    expect(await upgradeOne(access)).toEqual([{ outcome: 'upgraded', milliseconds: 8000 }]);
  });

  it('leaves a pod alone that somebody else has upgraded meanwhile', async () => {
    const cluster = new FakeCluster(['a']);
    cluster.set('a', injectedPod({ metadata: { name: 'a', uid: 'uid-a' }, sidecars: newerLogs }));
    expect(await upgrade(cluster, cluster.keys)).toMatchObject({ outcomes: ['left'], lines: ['left a'] });
  });

  it('outlives an API server that does not answer for a moment', async () => {
    const cluster = new FakeCluster(['a']);
    const access: Access = {
      read: key => cluster.read(key),
      warnings: () => cluster.warnings(),
      patch: async (key, operations) => {
        const pod = await cluster.patch(key, operations);
        cluster.problems.set('a', new Error('connection refused'));
        return pod;
      },
    };
    const { ended } = await upgrade(access, cluster.keys);
    expect(ended).toEqual([{ outcome: 'upgraded', milliseconds: expect.any(Number) }]);
  });

  it('says why a pod cannot be patched, and stops', async () => {
    const cluster = new FakeCluster(['a', 'b']);
    cluster.problems.set('a', new Error('403 pods "a" is forbidden'));
    const { outcomes, ended } = await upgrade(cluster, cluster.keys);
    expect(outcomes).toEqual(['failed', 'stopped']);
    expect(ended[0]).toMatchObject({ problem: '403 pods "a" is forbidden' });
  });
});
