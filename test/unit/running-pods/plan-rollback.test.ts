import { describe, expect, it } from 'vitest';
import type { RunningPod } from '../../../src/kubernetes/running-pod.ts';
import { movesBegun, planRollback } from '../../../src/running-pods/plan-rollback.ts';
import { planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';
import { changed, injectedPod, logs, logsWith, newerLogs, survey, switchedOn } from './pods.ts';

const upgraded = (pod: RunningPod, sidecars = newerLogs) =>
  changed(pod, planUpgrade(pod, survey(pod, sidecars)).operations);
const rolledBack = (pod: RunningPod) => changed(pod, planRollback(pod).operations);

/** The pod with what its status says after a rollback from the newer definition. */
function withMark(pod: RunningPod): RunningPod {
  const status = JSON.parse(pod.metadata.annotations?.['sidecar.io/status'] ?? '');
  status.logs.rolledBackFrom = newerLogs.sidecars.get('logs')?.hash;
  const annotations = { ...pod.metadata.annotations, 'sidecar.io/status': JSON.stringify(status) };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

const nothing = { moves: [], obstacles: [], operations: [] };

describe('the rollback of a pod', () => {
  it('is the inverse of its upgrade', () => {
    const pod = injectedPod();
    expect(rolledBack(upgraded(pod))).toEqual(withMark(pod));
    expect(planRollback(upgraded(pod)).moves).toEqual([
      { container: 'logs', from: 'example.com/logs:v2', to: 'example.com/logs:v1' },
    ]);
  });

  it('leaves nothing that could be rolled back again', () => {
    expect(planRollback(rolledBack(upgraded(injectedPod())))).toEqual(nothing);
  });

  it('goes one step back, however many there were', () => {
    const newest = logsWith({ image: 'example.com/logs:v3' });
    const back = rolledBack(upgraded(upgraded(injectedPod()), newest));
    expect(survey(back, newerLogs)[0]?.state).toBe('injected');
    expect(planRollback(back)).toEqual(nothing);
  });

  it.each([
    ['was never moved', injectedPod()],
    ['is being deleted', { ...upgraded(injectedPod()), status: { phase: 'Succeeded' } } as RunningPod],
    [
      'has the image before by another hand',
      changed(upgraded(injectedPod()), [
        { op: 'replace', path: '/spec/initContainers/0/image', value: 'example.com/logs:v1' },
      ]),
    ],
  ])('is nothing where it %s', (_what, pod) => {
    expect(planRollback(pod)).toEqual(nothing);
  });

  it('is of those containers alone that are meant', () => {
    const pod = upgraded(injectedPod());
    expect(planRollback(pod, name => name !== 'logs')).toEqual(nothing);
    expect(planRollback(pod, name => name === 'logs').moves.length).toBe(1);
  });

  it('applies to the pod alone that was read', () => {
    const pod = upgraded(injectedPod());
    const { operations } = planRollback(pod);
    expect(() => changed(upgraded(pod, logsWith({ image: 'example.com/logs:v3' })), operations)).toThrow();
    expect(() => changed({ ...pod, metadata: { ...pod.metadata, uid: 'other' } }, operations)).toThrow();
  });

  it('leaves pods alone whose owner takes a restart for a failure', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'report', controller: true };
    const pod = upgraded(injectedPod());
    const ofJob = {
      ...pod,
      metadata: { ...pod.metadata, ownerReferences: [job] },
      spec: { ...pod.spec, restartPolicy: 'OnFailure' },
    };
    expect(planRollback(ofJob)).toMatchObject({
      moves: [],
      operations: [],
      obstacles: [{ container: 'logs', kind: 'counted' }],
    });
  });

  it('keeps fields of the status that nobody here knows', () => {
    const pod = injectedPod();
    const annotations = { ...pod.metadata.annotations };
    const status = JSON.parse(annotations['sidecar.io/status'] ?? '');
    status.logs.later = 'a';
    const later = {
      ...pod,
      metadata: {
        ...pod.metadata,
        annotations: { ...annotations, 'sidecar.io/status': JSON.stringify(status) },
      },
    };
    expect(rolledBack(upgraded(later))).toEqual(withMark(later));
  });
});

describe('what upgrades have begun', () => {
  it('is the image before and the one that is there now', () => {
    expect(movesBegun(upgraded(injectedPod()))).toEqual([
      { container: 'logs', from: 'example.com/logs:v1', to: 'example.com/logs:v2' },
    ]);
    expect(movesBegun(injectedPod({ annotations: switchedOn, sidecars: logs }))).toEqual([]);
  });
});
