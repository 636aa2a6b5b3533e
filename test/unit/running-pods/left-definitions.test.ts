import { describe, expect, it } from 'vitest';
import type { RunningPod } from '../../../src/kubernetes/running-pod.ts';
import { LeftDefinitions } from '../../../src/running-pods/left-definitions.ts';
import { planRollback } from '../../../src/running-pods/plan-rollback.ts';
import { planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';
import type { SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { changed, injectedPod, logs, logsWith, newerLogs, survey } from './pods.ts';

const newestLogs = logsWith({ image: 'example.com/logs:v3' });

/** A pod that was injected with the first definition and moved to these, one after the other. */
const moved = (...sets: readonly SidecarSet[]) => sets.reduce(moveTo, injectedPod());
const moveTo = (pod: RunningPod, set: SidecarSet) =>
  changed(pod, planUpgrade(pod, survey(pod, set)).operations);
const back = (pod: RunningPod) => changed(pod, planRollback(pod).operations);
const hashOf = (set: SidecarSet) => set.sidecars.get('logs')?.hash ?? '';

function leftOf(pods: readonly RunningPod[], isMeant = (_container: string) => true): LeftDefinitions {
  const left = new LeftDefinitions();
  for (const pod of pods) left.take(pod, isMeant);
  return left;
}

/** The images to which the pods would go back. */
function goesBackTo(pods: readonly RunningPod[]): readonly (string | undefined)[] {
  const left = leftOf(pods);
  expect(left.doubt).toBeUndefined();
  return pods.map(pod => planRollback(pod, (_name, hash) => !left.has(hash)).moves[0]?.to);
}

const [v1, v2] = ['example.com/logs:v1', 'example.com/logs:v2'];

describe('what the last upgrade was', () => {
  it('is all that was moved where there was one upgrade', () => {
    expect(goesBackTo([moved(newerLogs), injectedPod(), moved(newerLogs)])).toEqual([v1, undefined, v1]);
    expect(goesBackTo([moved(newerLogs, newestLogs), moved(newerLogs, newestLogs)])).toEqual([v2, v2]);
  });

  it('is those few of a fleet that were moved once more', () => {
    const pods = [moved(newerLogs), moved(newerLogs, newestLogs), moved(newerLogs)];
    expect(goesBackTo(pods)).toEqual([undefined, v2, undefined]);
    expect(leftOf(pods).count).toBe(2);
  });

  it('stays the last one while it is rolled back, and afterwards', () => {
    const newest = moved(newerLogs, newestLogs);
    expect(goesBackTo([moved(newerLogs), back(newest), newest])).toEqual([undefined, undefined, v2]);
    expect(goesBackTo([moved(newerLogs), back(newest), back(newest)])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is the one after a rollback, where there was one', () => {
    const again = moveTo(back(moved(newerLogs, newestLogs)), logsWith({ image: 'example.com/logs:v4' }));
    expect(goesBackTo([again, moved(newerLogs)])).toEqual([v2, undefined]);
    expect(goesBackTo([again, again])).toEqual([v2, v2]);
  });

  it('is nothing that anybody can tell where each came after another, or none after the other', () => {
    const circle = leftOf([moved(newerLogs), moved(newerLogs, logs)]);
    expect(circle.doubt).toEqual({ container: 'logs', why: 'none' });
    const several = leftOf([moved(newerLogs), moved(newestLogs)]);
    expect(several.doubt).toEqual({ container: 'logs', why: 'several' });
  });

  it('is told by the containers alone that are meant', () => {
    const pods = [moved(newerLogs), moved(newestLogs)];
    expect(leftOf(pods, name => name !== 'logs').doubt).toBeUndefined();
    expect(leftOf([moved(newerLogs, newestLogs)], () => false).has(hashOf(newerLogs))).toBe(false);
  });
});
