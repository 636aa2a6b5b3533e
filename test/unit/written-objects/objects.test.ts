import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { injectObject, type ObjectInjection } from '../../../src/written-objects/inject-object.ts';
import { uninjectObject } from '../../../src/written-objects/uninject-object.ts';
import { gitSync, repository } from '../../injection-fixture.ts';
import { injector, rollout } from '../../workload-fixture.ts';

const options = { injector, workloadKinds: [rollout], annotations: {}, extent: 'all' } as const;
const inject = (object: JsonObject, more: Partial<Parameters<typeof injectObject>[1]> = {}) =>
  injectObject(object, { ...options, ...more });

const spec = { containers: [{ name: 'app' }] };
const podWith = (annotations: Readonly<Record<string, string>>): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', annotations },
  spec,
});
const rolloutWith = (annotations: Readonly<Record<string, string>>, more: JsonObject): JsonObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', annotations },
  ...more,
});

function told(decision: ObjectInjection | undefined): readonly string[] {
  const refusals = decision?.outcome === 'refused' ? decision.refusals : [];
  return [...refusals, ...(decision?.warnings ?? [])].map(({ code, message }) => `${code}: ${message}`);
}

describe('an object of a manifest', () => {
  it.each<readonly [what: string, object: JsonObject]>([
    [
      'of a kind that makes no pods',
      { apiVersion: 'v1', kind: 'Service', metadata: { annotations: gitSync() } },
    ],
    [
      'of a kind that the webhook does not watch',
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: {} },
    ],
    ['of a group that is another', { apiVersion: 'extensions/v1beta1', kind: 'Deployment', metadata: {} }],
    ['that is called a pod and is none', { apiVersion: 'example.com/v1', kind: 'Pod', metadata: {} }],
    ['without a version', { kind: 'Pod' }],
    ['with an odd version', { apiVersion: 1, kind: 'Pod' }],
  ])('is of no interest: one %s', (_what, object) => {
    expect(inject(object)).toBeUndefined();
    expect(uninjectObject(object, [rollout])).toBeUndefined();
  });

  it('of a kind that the operator names gets its sidecar', () => {
    const decision = inject(rolloutWith(gitSync({ mount: '/site' }), { spec: { template: { spec } } }));
    expect(decision).toMatchObject({ outcome: 'injected', sidecars: ['git-sync'] });
    expect(inject(rolloutWith(gitSync(), { spec: {} }), { workloadKinds: [] })).toBeUndefined();
  });

  it('of such a kind without a template stays, and whoever annotated it is told', () => {
    const decision = inject(rolloutWith(gitSync(), { spec: { workloadRef: {} } }));
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'no-pod-template', operations: [] });
    expect(told(decision)).toEqual([
      'no-pod-template: sidecar.io/git-sync on this Rollout has no effect: it has no spec.template; annotate what makes its pods',
    ]);
    expect(uninjectObject(rolloutWith({ 'sidecar.io/propagated': '{}' }, { spec: {} }), [rollout])).toEqual({
      outcome: 'skipped',
      reason: 'not-injected',
    });
  });

  it.each([
    [{ ...podWith(gitSync()), spec: null }, 'malformed-object: Pod.spec: expected an object, got null'],
    [
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { annotations: gitSync() }, spec: {} },
      'malformed-object: Deployment.spec.template: expected an object, got nothing',
    ],
  ])('that cannot be one is refused, where it asks for something: %#', (object, problem) => {
    expect(told(inject(object))).toEqual([problem]);
    const written = { ...object, metadata: { annotations: { 'sidecar.io/status': '{}' } } };
    expect(uninjectObject(written, [])).toMatchObject({
      outcome: 'refused',
      refusals: [{ code: 'malformed-object' }],
    });
  });

  it('that is a pod gets nothing but the annotations where these are enough', () => {
    const annotations = { 'sidecar.io/git-sync': repository };
    const bare = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec };
    expect(inject(bare, { annotations, extent: 'annotations' })).toMatchObject({
      outcome: 'annotated',
      sidecars: ['git-sync'],
      operations: [{ op: 'add', path: '/metadata/annotations', value: annotations }],
    });
    expect(inject(podWith(gitSync()), { extent: 'annotations' })).toMatchObject({ operations: [] });
  });

  it('is judged with the annotations that are added, each put where it is missing', () => {
    const annotations = { 'sidecar.io/git-sync': repository, 'sidecar.io/git-sync.ref': 'v2' };
    const object = podWith({ ...gitSync(), 'sidecar.io/git-sync.ref': 'v1' });
    const decision = inject(object, { annotations, extent: 'annotations' });
    expect(decision).toMatchObject({
      operations: [{ op: 'replace', path: '/metadata/annotations/sidecar.io~1git-sync.ref', value: 'v2' }],
    });
    const wrong = inject(object, { annotations: { 'sidecar.io/git-sync': 'ext::x' } });
    expect(wrong).toMatchObject({ outcome: 'refused', refusals: [{ code: 'invalid-value' }] });
  });

  it('without metadata is refused, whatever is to be added to it', () => {
    const decision = inject({ apiVersion: 'v1', kind: 'Pod', spec }, { annotations: gitSync() });
    expect(told(decision)).toEqual([]);
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'not-requested' });
  });
});
