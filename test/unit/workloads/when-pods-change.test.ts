import { expect, it } from 'vitest';
import { whenPodsChange } from '../../../src/workloads/when-pods-change.ts';
import { type WorkloadWriting, workloadWith } from '../../workload-fixture.ts';

const partition = (number: unknown) => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: number } },
});

it.each<readonly [what: string, writing: WorkloadWriting, created: string, updated: string]>([
  ['a Deployment', {}, '', ''],
  ['a paused Deployment', { spec: { paused: true } }, ' once the Deployment is resumed', 'the same'],
  ['a Deployment that is not paused', { spec: { paused: false } }, '', ''],
  ['a Deployment without replicas', { spec: { replicas: 0 } }, '', ''],
  ['a StatefulSet', { kind: 'StatefulSet', spec: partition(0) }, '', ''],
  [
    'a StatefulSet of which nobody deletes pods',
    { kind: 'StatefulSet', spec: { updateStrategy: { type: 'OnDelete' } } },
    '',
    ' once each is deleted',
  ],
  ['a StatefulSet with a partition', { kind: 'StatefulSet', spec: partition(2) }, '', ' from ordinal 2 up'],
  [
    'a StatefulSet with a partition whose ordinals start later',
    { kind: 'StatefulSet', spec: { ...partition(2), ordinals: { start: 5 } } },
    '',
    ' from ordinal 7 up',
  ],
  ['a StatefulSet with a strange partition', { kind: 'StatefulSet', spec: partition('2') }, '', ''],
  ['a DaemonSet', { kind: 'DaemonSet', spec: { updateStrategy: { type: 'RollingUpdate' } } }, '', ''],
  [
    'a DaemonSet of which nobody deletes pods',
    { kind: 'DaemonSet', spec: { updateStrategy: { type: 'OnDelete' } } },
    '',
    ' once each is deleted',
  ],
  ['a CronJob', { kind: 'CronJob' }, '', ' from the next run on'],
  [
    'a suspended CronJob',
    { kind: 'CronJob', spec: { suspend: true } },
    ' once the CronJob is resumed',
    'the same',
  ],
  ['a Job', { kind: 'Job' }, '', ''],
  ['a suspended Job', { kind: 'Job', spec: { suspend: true } }, ' once the Job is resumed', 'the same'],
])('the pods of %s', (_what, writing, created, updated) => {
  const workload = workloadWith(writing);
  expect(whenPodsChange(workload, undefined)).toBe(created);
  expect(whenPodsChange(workload, workload)).toBe(updated === 'the same' ? created : updated);
});
