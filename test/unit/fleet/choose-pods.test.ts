import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePods } from '../../../src/fleet/choose-pods.ts';
import type { Fleet } from '../../../src/fleet/fleet.ts';
import { type FleetPod, isUnavailable } from '../../../src/fleet/fleet-pod.ts';
import { fleetOf, fleetPod, podsNamed } from './pods-of-fleet.ts';

/** Begins all that may be begun, as a run does. */
function beginAll(fleet: Fleet, room = 100) {
  const begun: FleetPod[] = [];
  for (;;) {
    const moving = [...fleet.pods].filter(({ phase }) => phase === 'moving');
    const choice = choosePods(fleet, [...fleet.workloads], { moving, room: room - moving.length });
    const pods = choice.pods.filter(pod => {
      if (fleet.holdOf(pod) !== undefined) return false;
      pod.phase = 'moving';
      return true;
    });
    begun.push(...pods);
    if (pods.length === 0) return { names: begun.map(({ facts }) => facts.name), holds: choice.holds };
  }
}

const begunOf = (maxUnavailable: string, pods: readonly FleetPod[], room?: number) =>
  beginAll(fleetOf(maxUnavailable, pods), room).names;

describe('what may be begun', () => {
  it.each([
    ['1', 5, 1],
    ['2', 5, 2],
    ['25%', 8, 2],
    ['25%', 7, 1],
    ['25%', 2, 1],
    // Never all, unless somebody says so.
    ['5', 5, 4],
    ['9', 5, 4],
    ['99%', 5, 4],
    ['100%', 5, 5],
    // A workload of one pod loses that one.
    ['1', 1, 1],
    ['50%', 1, 1],
  ])('with %s of %i pods are %i', (maxUnavailable, size, expected) => {
    expect(begunOf(maxUnavailable, podsNamed('web', size)).length).toBe(expected);
  });

  it('is what the room allows, over all workloads', () => {
    const pods = () => ['a', 'b', 'c', 'd'].flatMap(app => podsNamed(app, 3));
    expect(begunOf('1', pods()).length).toBe(4);
    expect(begunOf('1', pods(), 3).length).toBe(3);
    expect(begunOf('1', pods(), 0)).toEqual([]);
  });

  it('counts pods that are not ready as away, whoever they are', () => {
    const away = fleetPod('web-9', { isReady: false, phase: 'other' });
    expect(begunOf('1', [...podsNamed('web', 5), away])).toEqual([]);
    expect(begunOf('2', [...podsNamed('web', 5), away]).length).toBe(1);
  });

  it('has those first that are not ready, and they cost nothing', () => {
    const away = ['web-8', 'web-9'].map(name => () => fleetPod(name, { isReady: false }));
    const pods = () => [...podsNamed('web', 3), ...away.map(make => make())];
    expect(begunOf('1', pods())).toEqual(['web-8']);
    expect(begunOf('2', pods())).toEqual(['web-8', 'web-9']);
  });

  it('has those of workloads first that have been begun', () => {
    const pods = [...podsNamed('a', 3), ...podsNamed('b', 3), fleetPod('b-9', { phase: 'moved' })];
    expect(begunOf('1', pods, 1)).toEqual(['b-1']);
  });

  it('never is the last ready pod of several', () => {
    const pods = () => [fleetPod('web-1'), fleetPod('web-2', { isReady: false, phase: 'other' })];
    expect(begunOf('2', pods())).toEqual([]);
    expect(begunOf('100%', pods())).toEqual(['web-1']);
  });

  it('is spread over zones and nodes', () => {
    const place = (index: number) => ({ node: `n${index % 4}`, zone: `z${index % 2}` });
    const pods = Array.from({ length: 16 }, (_, index) =>
      fleetPod(`w${String.fromCharCode(97 + index)}-1`, place(index)),
    );
    const fleet = fleetOf('1', pods);
    beginAll(fleet, 4);
    const moving = pods.filter(({ phase }) => phase === 'moving').map(({ facts }) => facts);
    expect(new Set(moving.map(({ node }) => node)).size).toBe(4);
    expect(moving.filter(({ zone }) => zone === 'z0').length).toBe(2);
  });

  it('says what keeps the others, and whether that ends by itself', () => {
    const fleet = fleetOf('1', [
      ...podsNamed('web', 3),
      fleetPod('db-1', { isReady: false, phase: 'other' }),
      fleetPod('db-2'),
    ]);
    expect(beginAll(fleet).holds).toEqual([
      { why: 'shop/Deployment/web: 1 of 3 pods under way', endsByItself: true },
      { why: 'shop/Deployment/db: pod shop/db-1 is not ready', endsByItself: false },
    ]);
  });
});

describe('a budget', () => {
  const budget = {
    namespace: 'shop',
    name: 'web',
    selector: 'web',
    disruptionsAllowed: 1,
    desiredHealthy: 4,
    isCurrent: true,
  };
  const selects = (labels: Readonly<Record<string, string>>) => labels['app'] === 'web';

  function begunWith(changes: Partial<typeof budget>, pods = podsNamed('web', 5)) {
    const fleet = fleetOf('100%', pods);
    fleet.setBudget({ ...budget, ...changes, selects });
    return { fleet, ...beginAll(fleet) };
  }

  it('lets as many go as it says', () => {
    expect(begunWith({}).names.length).toBe(1);
    expect(begunWith({ disruptionsAllowed: 3, desiredHealthy: 2 }).names.length).toBe(3);
  });

  it.each([
    ['allows none', { disruptionsAllowed: 0 }],
    ['has not been counted since it was changed', { isCurrent: false }],
    // The controller has not seen yet that pods have become unready.
    ['wants more than are healthy by now', { desiredHealthy: 5 }],
  ])('keeps all where it %s', (_what, changes) => {
    const { names, holds } = begunWith(changes);
    expect(names).toEqual([]);
    expect(holds).toEqual([
      { why: 'PodDisruptionBudget shop/web allows no disruption', endsByItself: false },
    ]);
  });

  it('counts what was begun and still looks ready', () => {
    const { fleet } = begunWith({ disruptionsAllowed: 2, desiredHealthy: 0 });
    expect([...fleet.pods].filter(({ phase }) => phase === 'moving').length).toBe(2);
    // Seen by its controller: one has become unready.
    const [first] = [...fleet.pods].filter(({ phase }) => phase === 'moving');
    if (first !== undefined) fleet.update(first, { ...first.facts, isReady: false });
    fleet.setBudget({ ...budget, disruptionsAllowed: 1, desiredHealthy: 0, selects });
    expect(beginAll(fleet).names).toEqual([]);
  });

  it('does not keep pods that are not ready: it has them lost already', () => {
    const pods = podsNamed('web', 5, { isReady: false });
    expect(begunWith({ disruptionsAllowed: 0 }, pods).names.length).toBe(5);
  });

  it('keeps nobody that it does not select, or once it is gone', () => {
    const fleet = fleetOf('100%', [...podsNamed('db', 2), ...podsNamed('web', 2)]);
    fleet.setBudget({ ...budget, disruptionsAllowed: 0, selects });
    expect(beginAll(fleet).names).toEqual(['db-1', 'db-2']);
    fleet.deleteBudget(budget);
    expect(beginAll(fleet).names).toEqual(['web-1', 'web-2']);
  });

  it('is matched with all pods again where its selector has changed, and not where its status has', () => {
    const fleet = fleetOf('100%', [...podsNamed('db', 2), ...podsNamed('web', 2)]);
    let asked = 0;
    const asks = (app: string) => (labels: Readonly<Record<string, string>>) => {
      asked++;
      return labels['app'] === app;
    };
    fleet.setBudget({ ...budget, disruptionsAllowed: 0, selects: asks('web') });
    fleet.setBudget({ ...budget, disruptionsAllowed: 0, selects: asks('web') });
    expect(asked).toBe(4);
    fleet.setBudget({ ...budget, disruptionsAllowed: 0, selector: 'db', selects: asks('db') });
    expect(asked).toBe(8);
    expect(beginAll(fleet).names).toEqual(['web-1', 'web-2']);
  });

  it('of another namespace keeps nobody', () => {
    const fleet = fleetOf('100%', podsNamed('web', 2));
    fleet.setBudget({ ...budget, namespace: 'other', disruptionsAllowed: 0, selects });
    expect(beginAll(fleet).names.length).toBe(2);
  });

  it('learns of pods that come later, and of labels that change', () => {
    const fleet = fleetOf('100%', []);
    fleet.setBudget({ ...budget, disruptionsAllowed: 0, selects });
    const [pod] = podsNamed('web', 1);
    if (pod === undefined) throw new Error('there is no pod');
    fleet.add(pod);
    expect(beginAll(fleet).names).toEqual([]);
    fleet.update(pod, { ...pod.facts, labels: { app: 'db' } });
    expect(beginAll(fleet).names).toEqual(['web-1']);
  });
});

describe('whatever becomes ready or not', () => {
  const limits = { '1': [1, 1], '2': [2, 2], '25%': [2, 1], '50%': [4, 2] } as const;
  const apps = ['web', 'db'] as const;

  /** What is away of a workload, and what of it was begun while it was ready. */
  function awayOf(app: string, pods: readonly FleetPod[]) {
    const own = pods.filter(({ facts }) => facts.name.startsWith(app));
    const moving = own.filter(({ phase }) => phase === 'moving');
    return { moving: moving.length, ready: own.filter(pod => !isUnavailable(pod)).length };
  }

  it('no workload has more pods under way than may be away, nor loses its last ready one to a run', () => {
    const step = fc.record({ pod: fc.nat(11), isReady: fc.boolean() });
    const limit = fc.constantFrom<keyof typeof limits>('1', '2', '25%', '50%');
    fc.assert(
      fc.property(limit, fc.array(step, { maxLength: 40 }), (maxUnavailable, steps) => {
        const pods = [...podsNamed('web', 8), ...podsNamed('db', 4)];
        const fleet = fleetOf(maxUnavailable, pods);
        for (const { pod: index, isReady } of steps) {
          const pod = pods[index] ?? fleetPod('none');
          fleet.update(pod, { ...pod.facts, isReady });
          if (isReady && pod.phase === 'moving') pod.phase = 'moved';
          const before = apps.map(app => awayOf(app, pods).ready);
          beginAll(fleet);
          const after = apps.map(app => awayOf(app, pods));
          expect(after.every(({ moving }, at) => moving <= (limits[maxUnavailable][at] ?? 0))).toBe(true);
          expect(after.every(({ ready }, at) => ready >= Math.min(before[at] ?? 0, 1))).toBe(true);
        }
      }),
    );
  });
});
