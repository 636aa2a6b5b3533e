import { describe, expect, it } from 'vitest';
import { began, ended, left, planned, progressAfter, upgraded } from './fleet-events.ts';

const how = 'it was deleted';

describe('the progress of a run', () => {
  it('counts each pod by its last end', () => {
    const progress = progressAfter(
      planned(3),
      ...[began(1), began(2), upgraded(1), upgraded(2)],
      ended(1, { outcome: 'gone', when: 'after its upgrade', how }),
    );
    expect(progress.counts).toMatchObject({ upgraded: 1, gone: 1 });
    expect([progress.podsEnded, progress.hasFailed, progress.hasLeftovers]).toEqual([2, false, true]);
  });

  it('knows which pods move, and of which workloads', () => {
    const progress = progressAfter(planned(3), began(1), began(2), upgraded(1));
    expect([...progress.moving]).toEqual([
      ['shop/web-2', { workload: 'shop/Deployment/web', sinceMs: 3000 }],
    ]);
    expect(progress.workloadsBegun).toBe(1);
  });

  it('counts a pod that is left once for each kind of reason', () => {
    const progress = progressAfter(
      left(1, 'rollout'),
      left(1, 'rollout'),
      left(1, 'counted'),
      left(2, 'done'),
    );
    expect(progress.counts).toMatchObject({ rollout: 1, counted: 1 });
  });

  it('counts the pods of a wave from its beginning', () => {
    const progress = progressAfter(
      planned(1, 5),
      { event: 'waveBegan', wave: 1, pods: 1, workloads: 1 },
      upgraded(1),
      { event: 'waveBegan', wave: 2, pods: 5, workloads: 1 },
      upgraded(2),
      upgraded(3),
    );
    expect(progress.wave).toEqual({ wave: 2, pods: 5, workloads: 1, ended: 2 });
    expect(progress.size).toEqual({ pods: 6, workloads: 2 });
  });

  it.each([
    ['failed', ended(1, { outcome: 'failed', problem: 'not up' })],
    ['not begun', ended(1, { outcome: 'stopped' })],
    ['stopped', { event: 'stopped', why: 'the command failed' } as const],
  ])('has failed where something is %s', (_what, event) => {
    expect(progressAfter(planned(3), began(1)).hasFailed).toBe(false);
    expect(progressAfter(planned(3), began(1), event).hasFailed).toBe(true);
  });

  it('stays stopped whatever ends later', () => {
    const progress = progressAfter({ event: 'stopped', why: 'no' }, { event: 'bakeEnded', wave: 1 });
    expect(progress.step).toEqual({ step: 'stopped', why: 'no' });
  });

  it('tells the time left by the last pods, and only where there were some', () => {
    const four = [upgraded(1), upgraded(2), upgraded(3), upgraded(4)];
    expect(progressAfter(planned(10), ...four).msLeft(5000)).toBeUndefined();
    // Five pods in six seconds, from the beginning; so five more take as long.
    const five = progressAfter(planned(10), ...four, upgraded(5));
    expect(five.msLeft(6000)).toBe(6000);
    // It has stood still for a minute: in 66 seconds there were not even six.
    expect(five.msLeft(66_000)).toBe(55_000);
  });

  it('adds the bakes that are to come to the time left', () => {
    const progress = progressAfter(
      planned(5, 5, 5),
      { event: 'waveBegan', wave: 1, pods: 5, workloads: 1 },
      ...[1, 2, 3, 4, 5].map(upgraded),
      { event: 'bakeBegan', wave: 1, milliseconds: 60_000 },
    );
    // Ten pods at a second each, the rest of this bake, and the one after the second wave.
    expect(progress.msLeft(8000)).toBe(10_000 + 60_000 + 60_000);
    expect(progress.msLeft(28_000)).toBeGreaterThan(10_000 + 40_000 + 60_000);
  });
});
