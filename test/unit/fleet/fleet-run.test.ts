/** The course of a run: waves, what is looked at between them, and what an earlier run has left. */
import { describe, expect, it } from 'vitest';
import type { RunCounts } from '../../../src/fleet/after-wave.ts';
import { type RunningPod, readRunningPod } from '../../../src/kubernetes/running-pod.ts';
import { movesBegun } from '../../../src/running-pods/plan-rollback.ts';
import { planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';
import { changed, injectedPod, newerLogs, survey } from '../running-pods/pods.ts';
import { type EndedRun, FakeCluster, fakeClock, upgrade, withContainer } from './fake-cluster.ts';
import { share } from './pods-of-fleet.ts';

/** Two Deployments of two pods each, of which `a` is moved first. */
const names = ['a-1', 'a-2', 'b-1', 'b-2'];
const workloadOf = (name: string) => name.charAt(0);
const inWaves = { workloadOf, waves: [share('1')] };

const eventsOf = ({ events }: EndedRun) =>
  events.flatMap(told => ('pod' in told ? [] : [told])).filter(({ event }) => event !== 'waiting');

/** A pod with this condition, and so many restarts of its app. */
function withState(pod: RunningPod, isReady: boolean, restartCount = 0): RunningPod {
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }];
  return readRunningPod({
    ...pod,
    status: { ...pod.status, conditions, containerStatuses: [{ name: 'app', restartCount }] },
  });
}

/** A pod as a run leaves it that was killed when it had just patched it. */
function begunPod(name: string): RunningPod {
  const pod = injectedPod({ metadata: { name, uid: `uid-${name}` } });
  return changed(pod, planUpgrade(pod, survey(pod, newerLogs)).operations);
}

describe('a run in waves', () => {
  it('begins a wave when the one before has ended, and tells both', async () => {
    const cluster = new FakeCluster(names);
    const run = await upgrade(cluster, cluster.keys, inWaves);
    expect(run.lines).toEqual(names.flatMap(name => [`begin ${name}`, `upgraded ${name}`]));
    expect(eventsOf(run)).toEqual([
      {
        event: 'planned',
        namespaces: 1,
        waves: [
          { pods: 2, workloads: 1 },
          { pods: 2, workloads: 1 },
        ],
      },
      { event: 'waveBegan', wave: 1, pods: 2, workloads: 1 },
      { event: 'waveBegan', wave: 2, pods: 2, workloads: 1 },
      { event: 'ended' },
    ]);
  });

  it('waits between two waves, not after the last', async () => {
    const cluster = new FakeCluster(names);
    const clock = fakeClock();
    const run = await upgrade(cluster, cluster.keys, { ...inWaves, bakeMs: 60_000, clock });
    expect(eventsOf(run).map(({ event }) => event)).toEqual([
      ...['planned', 'waveBegan', 'bakeBegan', 'bakeEnded', 'waveBegan', 'ended'],
    ]);
    expect(clock.nowMs()).toBeGreaterThan(60_000);
    expect(clock.nowMs()).toBeLessThan(100_000);
  });

  it.each([
    ['is not ready any more', false, 0, 'shop/a-1: it is not ready any more since it was moved'],
    ['restarts', true, 2, 'shop/a-1: containers have restarted since it was moved (2 times)'],
  ])('stops where a pod that was moved %s', async (_what, isReady, restarts, why) => {
    const cluster = new FakeCluster(names);
    for (const name of names) cluster.set(name, withState(cluster.pod(name), true));
    const settled = fakeClock();
    const run = await upgrade(cluster, cluster.keys, {
      ...inWaves,
      bakeMs: 60_000,
      clock: {
        nowMs: settled.nowMs,
        sleep: async milliseconds => {
          await settled.sleep(milliseconds);
          // What a watch would tell.
          if (settled.nowMs() > 40_000) worsen?.(withState(cluster.pod('a-1'), isReady, restarts));
        },
      },
      onRun: taken => {
        worsen = taken;
      },
    });
    expect(run.outcomes).toEqual(['upgraded', 'upgraded', 'stopped', 'stopped']);
    expect(eventsOf(run)).toContainEqual({ event: 'stopped', why });
  });
  let worsen: ((pod: RunningPod) => void) | undefined;

  it('asks a command after each wave, with the counts', async () => {
    const cluster = new FakeCluster(names);
    const asked: RunCounts[] = [];
    const verification = {
      command: 'look',
      run: async (counts: RunCounts) => {
        asked.push(counts);
        return { exitCode: 0, output: '' };
      },
    };
    await upgrade(cluster, cluster.keys, { ...inWaves, verification });
    expect(asked).toEqual([
      { wave: 1, waves: 2, moved: 2, waiting: 2, left: 0 },
      { wave: 2, waves: 2, moved: 4, waiting: 0, left: 0 },
    ]);
  });

  it('stops where the command fails', async () => {
    const cluster = new FakeCluster(names);
    const verification = { command: 'look', run: async () => ({ exitCode: 3, output: 'no' }) };
    const run = await upgrade(cluster, cluster.keys, { ...inWaves, verification });
    expect(run.outcomes).toEqual(['upgraded', 'upgraded', 'stopped', 'stopped']);
    expect(eventsOf(run)).toContainEqual({ event: 'verifyEnded', wave: 1, exitCode: 3, output: 'no' });
    expect(eventsOf(run)).toContainEqual({
      event: 'stopped',
      why: 'the command of --verify ended with exit code 3',
    });
  });
});

describe('a run after one that was killed', () => {
  it('waits for what was begun before it begins anything else in that workload', async () => {
    const cluster = new FakeCluster(names);
    cluster.set('a-1', withContainer(begunPod('a-1'), 'c9', false));
    let looks = 0;
    const read = cluster.read.bind(cluster);
    cluster.read = async key => {
      if (key.name === 'a-1' && ++looks === 4) cluster.set('a-1', withContainer(begunPod('a-1'), 'c9'));
      return read(key);
    };
    const run = await upgrade(cluster, cluster.keys, {
      ...inWaves,
      movesBegun,
      phaseOf: name => (name === 'a-1' ? 'begun' : 'waiting'),
    });
    expect(run.outcomes).toEqual(['upgraded', 'upgraded', 'upgraded', 'upgraded']);
    expect(run.lines[0]).toBe('upgraded a-1');
  });

  it('stops where what was begun does not come up', async () => {
    const cluster = new FakeCluster(names);
    cluster.set('a-1', withContainer(begunPod('a-1'), 'c9', false));
    const run = await upgrade(cluster, cluster.keys, {
      ...inWaves,
      movesBegun,
      phaseOf: name => (name === 'a-1' ? 'begun' : 'waiting'),
    });
    expect(run.outcomes).toEqual(['failed', 'stopped', 'stopped', 'stopped']);
  });

  it.each([
    [30_000, 'for the rest of the time', [30_000]],
    [70_000, 'not at all where it was long enough', []],
  ])('watches what was moved %i ms ago %s', async (agoMs, _what, baked) => {
    const cluster = new FakeCluster(names);
    const run = await upgrade(cluster, cluster.keys, {
      ...inWaves,
      bakeMs: 60_000,
      serverNowMs: () => agoMs,
      phaseOf: name => (name.startsWith('a') ? 'current' : 'waiting'),
    });
    const told = eventsOf(run).flatMap(event => (event.event === 'bakeBegan' ? [event.milliseconds] : []));
    expect(told).toEqual(baked);
    expect(run.lines).toEqual(['begin b-1', 'upgraded b-1', 'begin b-2', 'upgraded b-2']);
  });
});

describe('a run', () => {
  it('leaves what waits in vain, and goes on with the next wave', async () => {
    const cluster = new FakeCluster(names);
    const run = await upgrade(cluster, cluster.keys, {
      ...inWaves,
      timeoutMs: 20_000,
      onFleet: fleet => {
        fleet.setBudget({
          ...{ namespace: 'shop', name: 'all', disruptionsAllowed: 0, desiredHealthy: 9, isCurrent: true },
          selector: '',
          selects: () => true,
        });
        for (const pod of fleet.pods) {
          const isReady = pod.facts.name.startsWith('a');
          fleet.update(pod, { ...pod.facts, isReady });
        }
      },
    });
    expect(run.outcomes).toEqual(['blocked', 'blocked', 'upgraded', 'upgraded']);
    expect(run.ended[0]).toEqual({
      outcome: 'blocked',
      why: 'PodDisruptionBudget shop/all allows no disruption',
    });
    expect(run.events).toContainEqual({
      event: 'waiting',
      reasons: ['PodDisruptionBudget shop/all allows no disruption'],
    });
  });

  it('leaves each namespace as soon as nothing is left to do there', async () => {
    const cluster = new FakeCluster(names);
    const left: string[] = [];
    let ended = 0;
    await upgrade(cluster, cluster.keys, {
      workloadOf,
      tell: ({ event }) => (event === 'podEnded' ? ended++ : 0),
      leave: namespace => left.push(`${namespace} after ${ended}`),
    });
    expect(left).toEqual(['shop after 4']);
  });

  it('that is stopped begins nothing more, and waits for what is under way', async () => {
    const cluster = new FakeCluster(names);
    const run = await upgrade(cluster, cluster.keys, {
      workloadOf,
      onRun: (_take, stop) => {
        cluster.onPatch = () => stop('interrupted');
      },
    });
    expect(run.lines).toEqual(['begin a-1', 'upgraded a-1', 'stopped a-2', 'stopped b-1', 'stopped b-2']);
    expect(eventsOf(run)).toContainEqual({ event: 'stopped', why: 'interrupted' });
  });
});
