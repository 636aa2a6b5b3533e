/** Pods and workloads that inherit many of each thing that a namespace, or a rule, can say. */
import type { Surroundings } from '../../../src/admission/surroundings.ts';
import type { InjectionRule } from '../../../src/namespaces/injection-rule.ts';
import { repository } from '../../injection-fixture.ts';
import { statusEntry } from './crowds.ts';
import {
  type Annotations,
  changed,
  entries,
  gitSync,
  many,
  manyRequests,
  named,
  podReview,
  requests,
  reviewOf,
  workloadReview,
} from './reviews.ts';

/** A review, and what is said around its object. */
export interface SurroundedReview {
  readonly review: unknown;
  readonly surroundings: Surroundings;
}

/** Rules of an operator that look at all that a selector can look at. */
export const rules: readonly InjectionRule[] = [
  { from: 'rule 1', annotations: { 'sidecar.io/statsd-exporter.cache-size': '500' } },
  {
    from: 'rule 2',
    namespaces: { matchLabels: { team: 'a' }, matchExpressions: [{ key: 'l1', operator: 'Exists' }] },
    pods: {
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'l1', operator: 'In', values: ['x', 'y'] },
        { key: 'l2', operator: 'NotIn', values: ['x'] },
        { key: 'l0', operator: 'DoesNotExist' },
      ],
    },
    annotations: { 'sidecar.io/annotated': 'true' },
  },
];

const enabled = { 'sidecar.io/inject': 'enabled' };

const inNamespace = (
  review: unknown,
  annotations: Annotations,
  labels: Annotations = {},
): SurroundedReview => ({
  review,
  surroundings: {
    namespace: {
      name: 'shop',
      labels: { ...enabled, team: 'a', l1: 'x', ...labels },
      annotations,
    },
  },
});

const ofNamespace = (annotations: Annotations, labels: Annotations = enabled): unknown =>
  reviewOf('', 'Namespace', { metadata: { name: 'shop', labels, annotations } });

const written = (review: unknown): SurroundedReview => ({ review, surroundings: { namespace: undefined } });

const windows = { os: { name: 'windows' } };
const statsd = requests['statsd-exporter'] ?? {};
const leftOut = (count: number) => entries(count, index => [`sidecar.io/git-sync_i${index}.inject`, 'false']);
const parameters = (count: number) => entries(count, index => [`sidecar.io/git-sync.perio${index}`, 'x']);
const status = (count: number) => ({
  'sidecar.io/status': JSON.stringify(
    entries(Math.min(count, 250), index => [`c${index}`, { ...statusEntry, containers: [`c${index}`] }]),
  ),
});

/** Many of something. */
export const namespaceCrowds: Readonly<Record<string, (count: number) => SurroundedReview>> = {
  'sidecars of a namespace': count => inNamespace(podReview({}), manyRequests(count)),
  'few sidecars of a namespace': count =>
    inNamespace(podReview(gitSync), { ...manyRequests(Math.min(9, count)) }),
  'parameters of a namespace': count => inNamespace(podReview({}), { ...gitSync, ...parameters(count) }),
  'parameters of a namespace that nobody asks for': count => inNamespace(podReview({}), parameters(count)),
  'parameters of a namespace for what a pod asks for': count =>
    inNamespace(podReview(gitSync), { ...gitSync, ...parameters(count) }),
  'annotations that a pod has too': count => inNamespace(podReview(manyRequests(count)), manyRequests(count)),
  'keys of a namespace that break the grammar': count =>
    inNamespace(
      podReview({}),
      entries(count, index => [`sidecar.io/git-sync_${index}_`, 'x']),
    ),
  'annotations of others on a namespace': count =>
    inNamespace(
      podReview(gitSync),
      entries(count, index => [`example.com/a${index}`, 'x']),
    ),
  'what a namespace leaves out': count => inNamespace(podReview(manyRequests(count)), leftOut(count)),
  'what a pod leaves out of its namespace': count =>
    inNamespace(podReview(leftOut(count)), manyRequests(count)),
  'what a pod asks for and its namespace leaves out as a whole': count =>
    inNamespace(podReview(manyRequests(count)), { 'sidecar.io/inject': 'false' }),
  'what a pod has where its namespace leaves out all': count =>
    inNamespace(
      podReview({ ...gitSync, ...status(count) }, { containers: many(count, index => named(`c${index}`)) }),
      {
        'sidecar.io/inject': 'false',
      },
    ),
  'news for a pod that has sidecars': count =>
    inNamespace(podReview({ ...status(count) }, { containers: many(count, index => named(`c${index}`)) }), {
      ...manyRequests(count),
      ...parameters(count),
    }),
  'words of a pod for Windows': count => inNamespace(podReview({ ...leftOut(count) }, windows), gitSync),
  'requests of a pod for Windows': count => inNamespace(podReview(manyRequests(count), windows), gitSync),
  'ports on the network of the node': count =>
    inNamespace(
      podReview({}, { hostNetwork: true, containers: many(count, index => named(`c${index}`)) }),
      statsd,
    ),
  'labels of a pod and its namespace': count => {
    const labels = entries(count, index => [`l${index + 1}`, 'x']);
    return inNamespace(podReview(gitSync, {}, { labels: { app: 'web', ...labels } }), gitSync, labels);
  },
  'long values of a namespace': count =>
    inNamespace(podReview({}), { 'sidecar.io/git-sync': `${repository}${'x'.repeat(count)}` }),
  'an inject annotation of a namespace': count =>
    inNamespace(podReview(gitSync), { 'sidecar.io/inject': 'x'.repeat(count) }),
  'a Deployment in a namespace': count =>
    inNamespace(workloadReview('Deployment', {}, { containers: many(count, index => named(`c${index}`)) }), {
      ...statsd,
      ...parameters(count),
    }),
  'a Deployment that is changed in a namespace': count => {
    const template = (image: string) =>
      workloadReview('Deployment', gitSync, {
        containers: many(count, index => ({ name: `c${index}`, image })),
      });
    return inNamespace(changed(template('a'), template('b')), { ...statsd, ...parameters(count) });
  },
  'a Deployment in a namespace that nobody knows': count => ({
    review: workloadReview('Deployment', {
      ...gitSync,
      ...entries(count, index => [`sidecar.io/git-sync.perio${index}`, 'x']),
    }),
    surroundings: { namespace: undefined, problem: 'x'.repeat(count) },
  }),
  'a pod in a namespace that nobody knows': count => ({
    review: podReview({ ...manyRequests(count), ...status(count) }),
    surroundings: { namespace: undefined, problem: 'x'.repeat(count) },
  }),
  'mounts of what only the namespace has': count =>
    inNamespace(
      workloadReview('DaemonSet', manyRequests(2), {
        containers: many(count, index => ({
          ...named(`c${index}`),
          volumeMounts: [{ name: 'git-sync', mountPath: '/x' }],
        })),
      }),
      { ...gitSync, ...statsd },
    ),
};

/** The same of Namespaces that are written. */
export const writtenCrowds: Readonly<Record<string, (count: number) => SurroundedReview>> = {
  'sidecars that are written on a namespace': count => written(ofNamespace(manyRequests(count))),
  'few sidecars that are written on a namespace': count =>
    written(ofNamespace(manyRequests(Math.min(9, count)))),
  'parameters that are written on a namespace': count =>
    written(ofNamespace({ ...gitSync, ...parameters(count) })),
  'defaults that are written on a namespace': count =>
    written(ofNamespace(entries(count, index => [`sidecar.io/git-sync_i${index}.period`, '5m']))),
  'keys that break the grammar on a namespace': count =>
    written(ofNamespace(entries(count, index => [`sidecar.io/git-sync_${index}_`, 'x']))),
  'what is left out on a namespace': count => written(ofNamespace({ ...manyRequests(9), ...leftOut(count) })),
  'a namespace whose annotations are changed': count =>
    written(
      changed(
        ofNamespace({ ...manyRequests(Math.min(9, count)), ...parameters(count) }) as object,
        ofNamespace({
          ...statsd,
          ...entries(count, index => [`sidecar.io/git-sync.o${index}`, 'x']),
        }) as object,
      ),
    ),
  'a namespace that is changed in one of many annotations': count =>
    written(
      changed(
        ofNamespace({ ...parameters(count), ...gitSync }) as object,
        ofNamespace({ ...parameters(count), ...gitSync, 'sidecar.io/git-sync': 'x' }) as object,
      ),
    ),
  'a namespace that gets its label': count =>
    written(
      changed(
        ofNamespace(manyRequests(Math.min(9, count)), {}) as object,
        ofNamespace(manyRequests(Math.min(9, count)), {
          ...enabled,
          ...entries(count, index => [`l${index}`, 'x']),
        }) as object,
      ),
    ),
  'a namespace without the label': count => written(ofNamespace(manyRequests(count), {})),
  'a namespace that is labelled disabled': count =>
    written(ofNamespace(manyRequests(count), { 'sidecar.io/inject': 'disabled' })),
  'a namespace that nobody asks for anything': count =>
    written(ofNamespace({}, { ...enabled, a: 'x'.repeat(count) })),
  'an inject annotation on a namespace': count =>
    written(ofNamespace({ ...gitSync, 'sidecar.io/inject': 'x'.repeat(count) })),
  'a namespace that leaves all out': count =>
    written(ofNamespace({ ...manyRequests(count), 'sidecar.io/inject': 'false' })),
  'a namespace that is excluded': count =>
    written(
      reviewOf('', 'Namespace', {
        metadata: { name: 'kube-system', labels: enabled, annotations: manyRequests(count) },
      }),
    ),
};
