import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/diagnosis/explanation/engine.ts';
import { explainManifest } from '../../../../src/diagnosis/explanation/explain-manifest.ts';
import type { Explanation } from '../../../../src/diagnosis/explanation/explanation.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import { gitSync, repository } from '../../../injection-fixture.ts';
import { rollout } from '../../../workload-fixture.ts';
import { engineOf } from './engine-fixture.ts';

const engine = engineOf();
const key = 'sidecar.io/git-sync';
const containers = [{ name: 'app', image: 'nginx:1.29' }];

/** What is written into an object, beside the least that it needs. */
interface Writing {
  readonly apiVersion?: string;
  readonly annotations?: JsonObject;
  readonly labels?: JsonObject;
  readonly metadata?: JsonObject;
  readonly template?: JsonObject;
  readonly spec?: JsonObject;
}

function objectOf(kind: string, writing: Writing = {}): JsonObject {
  const {
    apiVersion = 'apps/v1',
    annotations = {},
    labels = {},
    metadata = {},
    template = {},
    spec,
  } = writing;
  return {
    apiVersion,
    kind,
    metadata: { name: 'web', annotations, labels, ...metadata },
    spec: spec ?? { template: { spec: { containers }, ...template } },
  };
}

function podOf(annotations: JsonObject, metadata: JsonObject = {}): JsonObject {
  return objectOf('Pod', { apiVersion: 'v1', annotations, metadata, spec: { containers } });
}

function explained(object: JsonObject, by: Engine = engine): Explanation {
  return explainManifest(object, by);
}

const codesOf = ({ problems }: Explanation) => problems.map(({ code }) => code);

describe('explain says of a manifest', () => {
  it('what a pod would get, who asked for it, and where the content is', () => {
    expect(explained(podOf(gitSync({ mount: '/site' })))).toMatchObject({
      verdict: 'would-be-injected',
      reason: 'injected',
      problems: [],
      warnings: [],
      sidecars: [
        {
          sidecar: 'git-sync',
          container: 'git-sync',
          mode: 'native',
          image: expect.stringContaining('/git-sync:v'),
          isPresent: false,
          annotation: key,
          annotatedOn: 'the pod',
          content: {
            path: '/git/current',
            volume: 'git-sync',
            inVolume: '/current',
            mounts: [{ container: 'app', mountPath: '/site', path: '/site/current', isAdded: true }],
          },
        },
      ],
    });
  });

  it.each([
    ['of the workload', { annotations: gitSync() }, 'the Deployment'],
    [
      'of its template',
      { template: { metadata: { annotations: gitSync() } } },
      'the pod template (spec.template)',
    ],
  ])('which annotation asks, %s', (_title, writing, annotatedOn) => {
    const template = { spec: { containers }, ...('template' in writing ? writing.template : {}) };
    const { verdict, sidecars } = explained(objectOf('Deployment', { ...writing, template }));
    expect(verdict).toBe('would-be-injected');
    expect(sidecars).toEqual([expect.objectContaining({ annotation: key, annotatedOn })]);
  });

  it('that an app which mounts only a part of the volume sees no content that stays', () => {
    const volumeMounts = [{ name: 'git-sync', mountPath: '/site', subPath: 'current' }];
    const pod = {
      ...podOf(gitSync()),
      spec: { containers: [{ name: 'app', image: 'nginx', volumeMounts }] },
    };
    expect(explained(pod).sidecars[0]?.content?.mounts).toEqual([]);
  });

  it('that nothing is asked for', () => {
    expect(explained(podOf({}))).toMatchObject({ verdict: 'not-requested', reason: 'not-requested' });
  });

  it('that an instance has a content of its own', () => {
    const annotations = {
      ...gitSync({ mount: '/site' }),
      [`${key}_docs`]: repository,
      [`${key}_docs.mount`]: '/docs',
    };
    const paths = explained(podOf(annotations)).sidecars.map(({ content }) => content?.mounts[0]?.path);
    expect(paths).toEqual(['/site/current', '/docs/current']);
  });

  it.each<[title: string, code: string, advice: RegExp | undefined, object: JsonObject]>([
    ['opted out', 'opted-out', /remove/, podOf({ ...gitSync(), 'sidecar.io/inject': 'false' })],
    ['a wrong value', 'invalid-value', undefined, podOf(gitSync({ depth: 'deep' }))],
    [
      'the mirror of a static pod',
      'mirror-pod',
      /DaemonSet/,
      podOf({ ...gitSync(), 'kubernetes.io/config.mirror': 'x' }),
    ],
    [
      'a label',
      'label-instead-of-annotation',
      /metadata\.annotations/,
      podOf({}, { labels: { [key]: 'true' } }),
    ],
    [
      'a label of the template',
      'label-instead-of-annotation',
      /spec\.template\.metadata\.annotations/,
      objectOf('Deployment', { template: { metadata: { labels: { [key]: 'true' } } } }),
    ],
    [
      'an annotation beside the metadata of the template',
      'annotation-misplaced',
      /spec\.template\.metadata\.annotations/,
      objectOf('Deployment', { template: { annotations: gitSync() } }),
    ],
    [
      'an annotation in the spec of the template',
      'annotation-misplaced',
      /spec\.template\.metadata\.annotations/,
      objectOf('Deployment', { template: { spec: { containers, annotations: gitSync() } } }),
    ],
    [
      'a prefix in capital letters',
      'annotation-wrong-case',
      /^write sidecar\.io\/git-sync$/,
      podOf({ 'Sidecar.io/git-sync': repository }),
    ],
    [
      'a prefix that is nearly ours',
      'annotation-misspelt',
      /^write sidecar\.io\/git-sync\.ref$/,
      podOf({ 'sidecars.io/git-sync.ref': 'main' }),
    ],
    ['no prefix', 'annotation-misspelt', /^write sidecar\.io\/git-sync$/, podOf({ 'git-sync': repository })],
    ['a name in capital letters', 'unknown-sidecar', undefined, podOf({ 'sidecar.io/Git-Sync': repository })],
    [
      'an annotated Service',
      'annotation-misplaced',
      /Deployment/,
      objectOf('Service', { apiVersion: 'v1', annotations: gitSync(), spec: { ports: [] } }),
    ],
    [
      'a ReplicaSet',
      'kind-without-rule',
      /spec\.template\.metadata\.annotations, or use a Deployment/,
      objectOf('ReplicaSet', { annotations: gitSync() }),
    ],
    [
      'a ReplicaSet of a Deployment',
      'kind-without-rule',
      /annotate Deployment "web"/,
      objectOf('ReplicaSet', {
        annotations: gitSync(),
        metadata: { ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }] },
      }),
    ],
    [
      'a Rollout',
      'kind-without-rule',
      /workloadKinds/,
      objectOf('Rollout', { apiVersion: 'argoproj.io/v1alpha1', annotations: gitSync() }),
    ],
    [
      'a Knative Service',
      'kind-without-rule',
      /spec\.template\.metadata\.annotations/,
      objectOf('Service', { apiVersion: 'serving.knative.dev/v1', annotations: gitSync() }),
    ],
    [
      'a kind with its templates in a list',
      'kind-without-rule',
      /spec\.replicatedJobs\[0\]\.template\.spec\.template\.metadata\.annotations/,
      objectOf('JobSet', {
        apiVersion: 'jobset.x-k8s.io/v1alpha2',
        annotations: gitSync(),
        spec: { replicatedJobs: [{ template: { spec: { template: { spec: { containers } } } } }] },
      }),
    ],
  ])('that it is prevented by %s: %s', (_title, code, advice, object) => {
    const explanation = explained(object);
    expect(codesOf(explanation)).toEqual([code]);
    expect(explanation).toMatchObject({ verdict: 'prevented', reason: code });
    if (advice) expect(explanation.problems[0]?.advice).toMatch(advice);
  });

  it('what reaches the pods of a kind that the webhook is not asked about', () => {
    const template = { metadata: { annotations: gitSync() } };
    const object = objectOf('Rollout', { apiVersion: 'argoproj.io/v1alpha1', template });
    expect(explained(object)).toMatchObject({ verdict: 'would-be-injected', problems: [] });
  });

  it('that a kind which the operator names is as good as a Deployment', () => {
    const object = objectOf('Rollout', { apiVersion: 'argoproj.io/v1alpha1', annotations: gitSync() });
    const { verdict, sidecars } = explained(
      object,
      engineOf(undefined, undefined, { workloadKinds: [rollout] }),
    );
    expect(verdict).toBe('would-be-injected');
    expect(sidecars[0]?.annotatedOn).toBe('the Rollout');
  });

  it('nothing against annotations of others, and the label that a namespace may have', () => {
    const others = {
      'sidecar.istio.io/inject': 'true',
      'sidecar.opentelemetry.io/inject': 'true',
      name: 'x',
    };
    expect(codesOf(explained(podOf(others)))).toEqual([]);
    const labels = { 'sidecar.io/inject': 'disabled' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } };
    expect(codesOf(explained(namespace))).toEqual([]);
  });

  it('a stray key as a warning where the pod gets its sidecar all the same', () => {
    const { verdict, warnings } = explained(podOf(gitSync({ mount: '/site' }), { labels: { [key]: 'x' } }));
    expect(verdict).toBe('would-be-injected');
    expect(warnings.map(({ code }) => code)).toEqual(['label-instead-of-annotation']);
  });

  it('at most twenty stray keys, whatever an object holds', () => {
    const labels = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${key}.x${index}`, 'x']));
    expect(codesOf(explained(podOf({}, { labels }))).length).toBe(20);
  });

  it('that nothing is in the way where an object is wide, and deep', () => {
    const fields = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`x${index}`, 'x']));
    const deep = JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`);
    const object = objectOf('Website', { apiVersion: 'example.com/v1', spec: { fields, deep } });
    expect(codesOf(explained(object))).toEqual([]);
  });

  it('what is wrong with an object that is none of the API', () => {
    const explanation = explained({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } });
    expect(explanation).toMatchObject({
      verdict: 'prevented',
      problems: [{ code: 'malformed-object', message: expect.stringMatching(/^Pod\.spec: expected/) }],
    });
  });

  it.each([
    ['warn', 'not-carried'],
    ['off', 'workloads-off'],
  ] as const)('that the operator wants no annotations carried: %s', (workloads, code) => {
    const object = objectOf('Deployment', { annotations: gitSync() });
    const explanation = explained(object, engineOf(undefined, undefined, { workloads }));
    expect(codesOf(explanation)).toEqual([code]);
    expect(explanation.verdict).toBe('prevented');
  });
});
