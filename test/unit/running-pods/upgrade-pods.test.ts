import { describe, expect, it } from 'vitest';
import { type RunningPod, readRunningPod } from '../../../src/kubernetes/running-pod.ts';
import { planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';
import {
  type Clock,
  type ListedPod,
  type PodAccess,
  type PodKey,
  type UpgradeOutcome,
  upgradePods,
} from '../../../src/running-pods/upgrade-pods.ts';
import { changed, injectedPod, newerLogs, survey } from './pods.ts';

/** A clock that jumps to whoever wakes first, once nobody has anything else to do. */
function fakeClock(): Clock {
  let nowMs = 0;
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  const wakeFirst = () => {
    const [first] = sleepers.sort((a, b) => a.atMs - b.atMs).splice(0, 1);
    nowMs = first?.atMs ?? nowMs;
    first?.wake();
  };
  return {
    nowMs: () => nowMs,
    sleep: milliseconds =>
      new Promise(wake => {
        sleepers.push({ atMs: nowMs + milliseconds, wake });
        setImmediate(wakeFirst);
      }),
  };
}

/** Pods with a kubelet that restarts a sidecar within some looks at its pod; those that are broken never come up. */
class FakeCluster implements PodAccess {
  readonly #pods = new Map<string, RunningPod>();
  readonly #looksLeft = new Map<string, number>();
  readonly #broken: ReadonlySet<string>;
  readonly problems = new Map<string, Error>();
  /** What others do when a pod has been patched. */
  onPatch: (name: string) => void = () => undefined;
  maxRestarting = 0;

  constructor(names: readonly string[], broken: readonly string[] = []) {
    for (const name of names) this.#pods.set(name, withContainer(injectedPod({ metadata: { name } }), 'c1'));
    this.#broken = new Set(broken);
  }

  get keys(): readonly ListedPod[] {
    return [...this.#pods.keys()].map(name => ({ namespace: 'shop', name, uid: 'uid-1' }));
  }

  remove(name: string): void {
    this.#pods.delete(name);
  }

  set(name: string, pod: RunningPod): void {
    this.#pods.set(name, pod);
  }

  async read({ name }: PodKey): Promise<RunningPod | undefined> {
    const problem = this.problems.get(name);
    this.problems.delete(name);
    if (problem !== undefined) throw problem;
    const left = this.#looksLeft.get(name);
    const pod = this.#pods.get(name);
    if (pod === undefined || left === undefined || this.#broken.has(name)) return pod;
    if (left > 0) this.#looksLeft.set(name, left - 1);
    else {
      this.#looksLeft.delete(name);
      this.set(name, withContainer(pod, 'c2'));
    }
    return this.#pods.get(name);
  }

  async patch({ name }: PodKey, operations: Parameters<PodAccess['patch']>[1]) {
    const pod = this.#pods.get(name);
    if (pod === undefined) return undefined;
    this.#looksLeft.set(name, 3);
    this.maxRestarting = Math.max(this.maxRestarting, this.#looksLeft.size);
    const after = changed(pod, operations);
    this.set(name, after);
    this.onPatch(name);
    return after;
  }

  state(name: string): string | undefined {
    const pod = this.#pods.get(name);
    return pod && survey(pod, newerLogs)[0]?.state;
  }
}

function withContainer(pod: RunningPod, containerID: string, isUp = true): RunningPod {
  const status = { name: 'logs', containerID, started: isUp, ready: isUp, state: { running: {} } };
  return readRunningPod({ ...pod, status: { ...pod.status, initContainerStatuses: [status] } });
}

function upgrade(cluster: FakeCluster, maxUnavailable = 1, keys = cluster.keys) {
  const lines: string[] = [];
  const outcomes = upgradePods(keys, {
    pods: cluster,
    plan: pod => planUpgrade(pod, survey(pod, newerLogs)),
    maxUnavailable,
    timeoutMs: 10_000,
    clock: fakeClock(),
    onStart: ({ name }) => lines.push(`begin ${name}`),
    onEnd: ({ name }, { outcome }) => lines.push(`${outcome} ${name}`),
  });
  return outcomes.then(ended => ({ outcomes: ended.map(({ outcome }) => outcome), ended, lines }));
}

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
  const access: PodAccess = {
    read: async () => {
      if (shown.length > 0) pod = states[shown[looks++] ?? 'carried'](pod);
      return pod;
    },
    patch: async (_key, operations) => {
      shown = phases.flatMap(([state, count]) => Array.from({ length: count }, () => state));
      pod = changed(pod, operations);
      return pod;
    },
  };
  return { access, looks: () => looks };
}

async function upgradeOne(access: PodAccess) {
  return upgradePods([{ namespace: 'shop', name: 'web', uid: 'uid-1' }], {
    pods: access,
    plan: pod => planUpgrade(pod, survey(pod, newerLogs)),
    maxUnavailable: 1,
    timeoutMs: 60_000,
    clock: fakeClock(),
    onStart: () => undefined,
    onEnd: () => undefined,
  });
}

describe('a sidecar that seems to be up', () => {
  it('is believed after five seconds without a break', async () => {
    const { access, looks } = podThatShows(['old', 2]);
    expect(await upgradeOne(access)).toEqual([{ outcome: 'upgraded', milliseconds: 6000 }]);
    // The last one at the end of the whole upgrade.
    expect(looks()).toBe(13);
  });

  it('is not believed for the time in which the kubelet tells the state of the container before', async () => {
    const { access } = podThatShows(['old', 2], ['carried', 8], ['down', 20]);
    expect(await upgradeOne(access)).toEqual([{ outcome: 'upgraded', milliseconds: 20_000 }]);
  });
});

describe('an upgrade', () => {
  it('takes one pod after the other', async () => {
    const cluster = new FakeCluster(['a', 'b', 'c']);
    const { lines } = await upgrade(cluster);
    expect(lines).toEqual(['begin a', 'upgraded a', 'begin b', 'upgraded b', 'begin c', 'upgraded c']);
    expect(cluster.maxRestarting).toBe(1);
  });

  it.each([1, 3, 7, 20, 50])('of 20 pods keeps no more than %i restarting at once', async maxUnavailable => {
    const cluster = new FakeCluster(names);
    const { outcomes } = await upgrade(cluster, maxUnavailable);
    expect(outcomes).toEqual(names.map(() => 'upgraded'));
    expect(cluster.maxRestarting).toBe(Math.min(maxUnavailable, 20));
    expect(names.map(name => cluster.state(name))).toEqual(names.map(() => 'injected'));
  });

  it('stops at the first pod that does not come up in time, and says what it saw last', async () => {
    const cluster = new FakeCluster(['a', 'b', 'c', 'd'], ['b']);
    const { outcomes, ended } = await upgrade(cluster);
    expect(outcomes).toEqual(['upgraded', 'failed', 'stopped', 'stopped']);
    expect((ended[1] as UpgradeOutcome & { outcome: 'failed' }).problem).toBe(
      'not up again after 10 s: logs has not been restarted',
    );
    expect(['a', 'b', 'c', 'd'].map(name => cluster.state(name))).toEqual([
      'injected',
      'injected',
      'outdated',
      'outdated',
    ]);
  });

  it('ends what is under way when another pod fails', async () => {
    const cluster = new FakeCluster(['a', 'b', 'c', 'd'], ['a']);
    const { lines } = await upgrade(cluster, 2);
    expect(lines).toContain('failed a');
    expect(lines.filter(line => line.startsWith('begin')).length).toBe(
      lines.filter(line => /^(upgraded|failed)/.test(line)).length,
    );
  });

  it.each<readonly [what: string, metadata: object | undefined, status: object, how: string]>([
    ['gone', undefined, {}, 'it was deleted'],
    ['made anew under its name', { uid: 'uid-2' }, {}, 'it was deleted'],
    ['being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }, {}, 'it is being deleted'],
    ['failed', {}, { phase: 'Failed' }, 'it has failed'],
  ])('goes on where a pod is %s before its turn, and says so', async (_what, metadata, status, how) => {
    const cluster = new FakeCluster(['a', 'b']);
    const { keys } = cluster;
    if (metadata === undefined) cluster.remove('a');
    else cluster.set('a', injectedPod({ metadata: { name: 'a', ...metadata }, status }));
    expect((await upgrade(cluster, 1, keys)).ended).toMatchObject([
      { outcome: 'gone', when: 'before its turn', how },
      { outcome: 'upgraded' },
    ]);
  });

  it.each<readonly [what: string, metadata: object | undefined, status: object, how: string]>([
    ['is gone', undefined, {}, 'it was deleted'],
    ['is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }, {}, 'it is being deleted'],
    ['has failed', {}, { phase: 'Failed' }, 'it has failed'],
  ])('stops where a pod %s while its sidecar restarts', async (_what, metadata, status, how) => {
    const cluster = new FakeCluster(['a', 'b']);
    const { keys } = cluster;
    cluster.onPatch = name => {
      if (metadata === undefined) cluster.remove(name);
      else cluster.set(name, injectedPod({ metadata: { name, ...metadata }, status }));
    };
    const problem = `${how} while its sidecar restarted; kubectl get events may tell by whom`;
    expect((await upgrade(cluster, 1, keys)).ended).toEqual([
      { outcome: 'failed', problem },
      { outcome: 'stopped' },
    ]);
  });

  it('does not take a pod for upgraded that is gone at the end', async () => {
    const cluster = new FakeCluster(['a', 'b', 'c']);
    const { keys } = cluster;
    // Its owner deletes a pod some time after its sidecar was restarted, and the rest of the group with it.
    cluster.onPatch = name => {
      if (name === 'b') cluster.remove('a');
      if (name === 'b') cluster.remove('c');
    };
    const { ended, lines } = await upgrade(cluster, 1, keys);
    expect(ended).toEqual([
      { outcome: 'gone', when: 'after its upgrade', how: 'it was deleted' },
      { outcome: 'upgraded', milliseconds: expect.any(Number) },
      { outcome: 'gone', when: 'before its turn', how: 'it was deleted' },
    ]);
    expect(lines).toEqual(['begin a', 'upgraded a', 'begin b', 'upgraded b', 'gone c', 'gone a']);
  });

  it('says so where it cannot look at a pod again at the end', async () => {
    const cluster = new FakeCluster(['a', 'b']);
    cluster.onPatch = name => {
      if (name === 'b') cluster.problems.set('a', new Error('connection refused'));
    };
    expect((await upgrade(cluster)).ended).toMatchObject([
      { outcome: 'failed', problem: 'it cannot be read again after its upgrade: connection refused' },
      { outcome: 'upgraded' },
    ]);
  });

  it.each([
    ['before its turn', () => undefined],
    ['while its sidecar restarts', undefined],
  ])('has nothing against a pod that does its work to the end %s', async (_when, onPatch) => {
    const cluster = new FakeCluster(['a', 'b']);
    const end = () =>
      cluster.set('a', injectedPod({ metadata: { name: 'a' }, status: { phase: 'Succeeded' } }));
    cluster.onPatch = onPatch ?? end;
    if (onPatch !== undefined) end();
    expect((await upgrade(cluster)).outcomes).toEqual(['ended', 'upgraded']);
  });

  it('counts a pod as upgraded that did its work to the end afterwards', async () => {
    const cluster = new FakeCluster(['a', 'b']);
    cluster.onPatch = name => {
      const ended = injectedPod({ metadata: { name: 'a' }, status: { phase: 'Succeeded' } });
      if (name === 'b') cluster.set('a', ended);
    };
    expect((await upgrade(cluster)).outcomes).toEqual(['upgraded', 'upgraded']);
  });

  it('leaves a pod alone that somebody else has upgraded meanwhile', async () => {
    const cluster = new FakeCluster(['a']);
    cluster.set('a', injectedPod({ sidecars: newerLogs }));
    expect(await upgrade(cluster)).toMatchObject({ outcomes: ['left'], lines: ['left a'] });
  });

  it('outlives an API server that does not answer for a moment', async () => {
    const cluster = new FakeCluster(['a']);
    const access: PodAccess = {
      read: key => cluster.read(key),
      patch: async (key, operations) => {
        const pod = await cluster.patch(key, operations);
        cluster.problems.set('a', new Error('connection refused'));
        return pod;
      },
    };
    const outcomes = await upgradePods(cluster.keys, {
      pods: access,
      plan: pod => planUpgrade(pod, survey(pod, newerLogs)),
      maxUnavailable: 1,
      timeoutMs: 10_000,
      clock: fakeClock(),
      onStart: () => undefined,
      onEnd: () => undefined,
    });
    expect(outcomes).toEqual([{ outcome: 'upgraded', milliseconds: expect.any(Number) }]);
  });

  it('says why a pod cannot be patched, and stops', async () => {
    const cluster = new FakeCluster(['a', 'b']);
    cluster.problems.set('a', new Error('403 pods "a" is forbidden'));
    const { outcomes, ended } = await upgrade(cluster);
    expect(outcomes).toEqual(['failed', 'stopped']);
    expect(ended[0]).toMatchObject({ problem: '403 pods "a" is forbidden' });
  });
});
