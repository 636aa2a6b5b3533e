import { describe, expect, it } from 'vitest';
import { restartCounterOf } from '../../../src/running-pods/restart-counters.ts';
import { injectedPod } from './pods.ts';

interface Owned {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** As in `batch/v1 Job`; all are called "owner". */
  readonly controller?: string;
  readonly restartPolicy?: string;
}

function counterOf({ labels, annotations, controller = '', restartPolicy = 'Always' }: Owned) {
  const [apiVersion, kind] = controller.split(' ');
  const owners = [
    { apiVersion: 'example.com/v1', kind: 'Other', name: 'other' },
    ...(controller === '' ? [] : [{ apiVersion, kind, name: 'owner', controller: true }]),
  ];
  return restartCounterOf(
    injectedPod({ metadata: { labels, annotations, ownerReferences: owners }, spec: { restartPolicy } }),
  );
}

const ofGroup = { 'leaderworkerset.sigs.k8s.io/name': 'model' };
const ofJobSet = { 'jobset.sigs.k8s.io/jobset-name': 'training' };

describe('restarts are counted by', () => {
  it.each<readonly [what: string, pod: Owned, counter: RegExp]>([
    [
      'a Job whose containers restart',
      { controller: 'batch/v1 Job', restartPolicy: 'OnFailure' },
      /^Job "owner" counts .* backoffLimit \(restartPolicy: OnFailure\)$/,
    ],
    [
      'a LeaderWorkerSet, whose pods belong to a StatefulSet',
      { controller: 'apps/v1 StatefulSet', labels: ofGroup },
      /^LeaderWorkerSet "model" recreates the whole group/,
    ],
    [
      'a JobSet that restarts in place',
      {
        controller: 'batch/v1 Job',
        restartPolicy: 'Never',
        labels: ofJobSet,
        annotations: { 'jobset.sigs.k8s.io/in-place-restart-attempt': '0' },
      },
      /^JobSet "training" counts .* maxRestarts/,
    ],
    [
      'a JobSet whose Jobs count',
      { controller: 'batch/v1 Job', restartPolicy: 'OnFailure', labels: ofJobSet },
      /^Job "owner" counts/,
    ],
    [
      'a Job of Volcano',
      { controller: 'batch.volcano.sh/v1alpha1 Job' },
      /^Job "owner" counts .* maxRetry of its task$/,
    ],
    [
      'a PyTorchJob',
      { controller: 'kubeflow.org/v1 PyTorchJob', restartPolicy: 'Never' },
      /^PyTorchJob "owner" counts/,
    ],
    [
      'a BroadcastJob',
      { controller: 'apps.kruise.io/v1alpha1 BroadcastJob', restartPolicy: 'OnFailure' },
      /^BroadcastJob "owner" counts/,
    ],
  ])('%s', (_what, pod, counter) => {
    expect(counterOf(pod)).toMatch(counter);
  });
});

describe('restarts are not counted by', () => {
  it.each<readonly [what: string, pod: Owned]>([
    ['nobody', { restartPolicy: 'OnFailure' }],
    ['a Job that makes a new pod of each failure', { controller: 'batch/v1 Job', restartPolicy: 'Never' }],
    ['a Deployment', { controller: 'apps/v1 ReplicaSet' }],
    [
      'a JobSet that makes pods anew',
      { controller: 'batch/v1 Job', restartPolicy: 'Never', labels: ofJobSet },
    ],
    ['the MPIJob of the newer operator', { controller: 'kubeflow.org/v2beta1 MPIJob' }],
    ['a BroadcastJob that makes pods anew', { controller: 'apps.kruise.io/v1beta1 BroadcastJob' }],
    ['a Job of somebody else', { controller: 'example.com/batch/v1 Job', restartPolicy: 'OnFailure' }],
    ['another kind of OpenKruise', { controller: 'apps.kruise.io/v1alpha1 CloneSet' }],
  ])('%s', (_what, pod) => {
    expect(counterOf(pod)).toBeUndefined();
  });

  it('an owner that does not control the pod', () => {
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'report' };
    const spec = { restartPolicy: 'OnFailure' };
    expect(restartCounterOf(injectedPod({ metadata: { ownerReferences: [owner] }, spec }))).toBeUndefined();
  });
});

it('an owner is named in one line, whatever somebody wrote into the reference to it', () => {
  const kind = 'PyTorchJob\n\u001b[31m';
  const name = 'a'.repeat(100_000);
  const owner = { apiVersion: 'kubeflow.org/v1', kind, name, controller: true };
  const told = restartCounterOf(injectedPod({ metadata: { ownerReferences: [owner] } })) ?? '';
  expect(told).toMatch(/^PyTorchJob\ufffd\ufffd\[31m "a{252}…" counts/);
});
