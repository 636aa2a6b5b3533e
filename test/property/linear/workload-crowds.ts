/** Workloads with many of each thing that they can have many of. */
import { statusEntry } from './crowds.ts';
import {
  changed,
  entries,
  gitSync,
  many,
  manyRequests,
  named,
  rolloutReview,
  workloadReview,
} from './reviews.ts';

/** Many of something. */
export const workloadCrowds: Readonly<Record<string, (count: number) => unknown>> = {
  'annotations of a workload': count =>
    workloadReview('Deployment', {
      ...gitSync,
      ...entries(count, index => [`sidecar.io/git-sync.perio${index}`, 'x']),
    }),
  'annotations of a workload that are overruled': count => {
    const ours = entries(count, index => [`sidecar.io/git-sync_i${index}.ref`, 'x']);
    const theirs = entries(count, index => [`sidecar.io/git-sync_i${index}.ref`, 'y']);
    return workloadReview('CronJob', ours, { annotations: theirs });
  },
  'annotations that were carried': count => {
    const ours = entries(count, index => [`sidecar.io/git-sync_i${index}.ref`, 'x']);
    const memory = { 'sidecar.io/propagated': JSON.stringify(ours) };
    const before = workloadReview('Deployment', { ...ours, ...memory }, { annotations: ours });
    return changed(before, workloadReview('Deployment', memory, { annotations: ours }));
  },
  'containers of a template': count =>
    workloadReview('StatefulSet', gitSync, { containers: many(count, index => named(`c${index}`)) }),
  'mounts without a volume in a template': count =>
    workloadReview('DaemonSet', manyRequests(10), {
      containers: many(count, index => ({
        ...named(`c${index}`),
        volumeMounts: [{ name: `git-sync-i${index}`, mountPath: '/x' }],
      })),
    }),
  'volume claims of a template': count =>
    workloadReview('StatefulSet', gitSync, {
      claims: many(count, index => ({ metadata: { name: `git-sync-i${index}` } })),
    }),
  'field managers': count =>
    workloadReview(
      'Deployment',
      gitSync,
      {},
      {
        managedFields: many(count, index => ({
          manager: `m${index}`,
          operation: 'Apply',
          fieldsV1: {
            'f:spec': {
              'f:template': { 'f:metadata': { 'f:annotations': { [`f:sidecar.io/x${index}`]: {} } } },
            },
          },
        })),
      },
    ),
  'managed fields': count =>
    workloadReview(
      'Deployment',
      gitSync,
      {},
      {
        managedFields: [
          {
            manager: 'kubectl',
            operation: 'Update',
            fieldsV1: {
              'f:spec': {
                'f:template': {
                  'f:metadata': { 'f:annotations': entries(count, index => [`f:sidecar.io/x${index}`, {}]) },
                },
              },
            },
          },
        ],
      },
    ),
  'annotations of a workload whose template has none': count =>
    workloadReview('Deployment', manyRequests(count), { metadata: null }),
  'containers of a template without metadata': count =>
    workloadReview('Deployment', manyRequests(10), {
      metadata: null,
      containers: many(count, index => named(`c${index}`)),
    }),
  'volumes of a template that was refused before': count => {
    const template = {
      annotations: { 'sidecar.io/git-sync': 'x' },
      volumes: many(count, index => ({ name: `v${index}`, emptyDir: {} })),
    };
    const before = workloadReview('Deployment', {}, template);
    return changed(before, workloadReview('Deployment', { 'a/b': 'c' }, template));
  },
  'problems that were there before': count => {
    const bad = entries(count, index => [`sidecar.io/git-sync_i${index}`, 'x']);
    return changed(workloadReview('Deployment', bad), workloadReview('Deployment', { ...bad, 'a/b': 'c' }));
  },
  'annotations of a Job that exists': count =>
    changed(
      workloadReview('Job', {}),
      workloadReview(
        'Job',
        entries(count, index => [`sidecar.io/x${index}`, 'x']),
      ),
    ),
  'volumes and claims of a template': count =>
    workloadReview('StatefulSet', gitSync, {
      volumes: many(count, index => ({ name: `v${index}`, emptyDir: {} })),
      claims: many(count, index => ({ metadata: { name: `w${index}` } })),
    }),
  'field managers of an object that is applied': count => {
    const metadata = {
      managedFields: many(count, index => ({
        manager: `m${index}`,
        operation: index === 0 ? 'Apply' : 'Update',
        fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:sidecar.io/x${index}`]: {} } } },
      })),
    };
    const before = workloadReview('Deployment', gitSync, {}, metadata);
    return changed(before, workloadReview('Deployment', {}, {}, metadata));
  },
  'annotations that were applied last': count => {
    const annotations = entries(count, index => [`sidecar.io/git-sync_i${index}.ref`, 'x']);
    const applied = JSON.stringify({ spec: { template: { metadata: { annotations } } } });
    return workloadReview(
      'Deployment',
      { ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': applied },
      { annotations },
    );
  },
  'rules of a Job': count =>
    workloadReview('Job', gitSync, {
      pod: { restartPolicy: 'OnFailure' },
      beside: {
        podFailurePolicy: {
          rules: many(count, index => ({
            action: index % 2 === 0 ? 'Count' : 'Ignore',
            onExitCodes: { operator: 'In', values: [3] },
          })),
        },
      },
    }),
  'exit codes of a rule, and containers beside them': count =>
    workloadReview('CronJob', manyRequests(10), {
      containers: many(count, index => named(`c${index}`)),
      pod: { restartPolicy: 'OnFailure' },
      beside: {
        podFailurePolicy: {
          rules: [
            { action: 'FailJob', onExitCodes: { operator: 'In', values: many(count, () => 3).concat(1) } },
          ],
        },
      },
    }),
  'parts of a template that is a copy': count => {
    const names = many(count, index => `git-sync-i${index}`);
    const entry = {
      ...statusEntry,
      containers: ['git-sync', ...names],
      volumes: names,
      mounts: names.map(name => `${name}:/site`),
      annotations: names,
    };
    return workloadReview('Deployment', gitSync, {
      annotations: { 'sidecar.io/status': JSON.stringify({ 'git-sync': entry }) },
      containers: [named('app'), named('git-sync'), ...names.map(named)],
      volumes: names.map(name => ({ name, emptyDir: {} })),
    });
  },
  'sidecars of a template that is a copy': count => {
    const names = many(count, index => `git-sync-i${index}`);
    const status = Object.fromEntries(names.map(name => [name, { ...statusEntry, containers: [name] }]));
    return workloadReview('Deployment', manyRequests(count), {
      annotations: { 'sidecar.io/status': JSON.stringify(status) },
      containers: names.map(named),
    });
  },
  'annotations of a named kind': count =>
    rolloutReview(manyRequests(count), { template: { spec: { containers: [named('app')] } } }),
  'annotations of a named kind without a template': count =>
    rolloutReview(
      { ...entries(count, index => [`a/x${index}`, 'x']), ...gitSync },
      { workloadRef: { name: 'web' } },
    ),
};
