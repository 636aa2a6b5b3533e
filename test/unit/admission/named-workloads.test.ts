import { describe, expect, it } from 'vitest';
import { answerReview } from '../../../src/admission/answer-review.ts';
import type { WorkloadChange, WorkloadDecision } from '../../../src/workloads/decide-workload.ts';
import { rollout } from '../../workload-fixture.ts';

const annotations = { 'sidecar.io/git-sync': 'x' };
const metadata = { name: 'web', annotations };
const template = { spec: { containers: [{ name: 'web' }] } };
const object = { metadata, spec: { template } };
const kept: WorkloadDecision = { outcome: 'skipped', reason: 'template-unchanged', warnings: [] };

/** What is answered and recorded, and the changes that were decided about. */
function answer(changes: Readonly<Record<string, unknown>>, workloadKinds = [rollout]) {
  const { group, version, resource, kind } = rollout;
  const request = {
    uid: 'a',
    kind: { group, version, kind },
    resource: { group, version, resource },
    operation: 'CREATE',
    namespace: 'shop',
    object,
    ...changes,
  };
  const decided: WorkloadChange[] = [];
  const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const { review, record } = answerReview(body, {
    decide: () => expect.unreachable(),
    decideWorkload: change => {
      decided.push(change);
      return kept;
    },
    workloadKinds,
  });
  return { warnings: review.response.warnings ?? [], allowed: review.response.allowed, record, decided };
}

describe('an object of a kind that the operator names', () => {
  it('is decided about as a workload, and recorded with its group', () => {
    const { decided, record } = answer({});
    expect(decided).toMatchObject([{ workload: { kind: 'Rollout', templatePath: ['spec', 'template'] } }]);
    expect(decided[0]?.workload.object).toBe(object);
    expect(decided[0]?.before).toBeUndefined();
    expect(record).toMatchObject({
      kind: 'Rollout.argoproj.io',
      workload: 'web',
      reason: 'template-unchanged',
    });
  });

  it('is decided about together with what it was', () => {
    const oldObject = { metadata: {}, spec: { template } };
    const { decided } = answer({ operation: 'UPDATE', oldObject });
    expect(decided[0]?.before?.object).toBe(oldObject);
  });

  it('is nothing of ours where it is not named, and in its subresources', () => {
    for (const { record, decided, warnings } of [answer({}, []), answer({ subResource: 'scale' })]) {
      expect(record).toMatchObject({ kind: 'other', reason: 'not-a-pod-creation' });
      expect({ decided, warnings }).toEqual({ decided: [], warnings: [] });
    }
  });

  it('is decided about by an API server that does not name the resource', () => {
    for (const resource of [undefined, null, {}]) expect(answer({ resource }).decided).toHaveLength(1);
    expect(answer({ kind: { group: 'argoproj.io', kind: 'Rollout' } }).decided).toHaveLength(1);
  });

  it.each<readonly [what: string, object: object, told: string]>([
    ['is missing', { spec: {} }, 'it has no spec.template; annotate what makes its pods'],
    ['is missing with its spec', {}, 'it has no spec.template; annotate what makes its pods'],
    ['is null', { spec: { template: null } }, 'Rollout.spec.template: expected an object, got null'],
    ['is a text', { spec: { template: 'x' } }, 'Rollout.spec.template: expected an object, got a string'],
    [
      'has no spec',
      { spec: { template: {} } },
      'Rollout.spec.template.spec: expected an object, got nothing',
    ],
    [
      'has annotations that are none',
      { spec: { template: { ...template, metadata: { annotations: { a: 1 } } } } },
      'Rollout.spec.template.metadata.annotations.a: expected a string, got…',
    ],
  ])('is let through where its template %s, and told what is without effect', (_what, rest, told) => {
    const { allowed, warnings, record, decided } = answer({ object: { metadata, ...rest } });
    expect({ allowed, decided }).toEqual({ allowed: true, decided: [] });
    expect(warnings).toEqual([`sidecar.io/git-sync on this Rollout has no effect: ${told}`]);
    expect(record).toMatchObject({
      kind: 'Rollout.argoproj.io',
      decision: 'skipped',
      reason: 'no-pod-template',
      warnings: ['no-pod-template sidecar.io/git-sync'],
    });
  });

  it.each([
    [{}],
    [{ annotations: null }],
    [{ annotations: { 'example.com/a': 'x', 'sidecar.io/status': '{}', 'sidecar.io/propagated': '{}' } }],
  ])('is told nothing where it has no template and asks for nothing: %j', own => {
    const { warnings, record } = answer({ object: { metadata: own, spec: {} } });
    expect(warnings).toEqual([]);
    expect(record.reason).toBe('no-pod-template');
  });

  it.each([
    [{ kind: { group: 'argoproj.io', version: 'v1', kind: 'Rollout' } }, 'rollouts v1'],
    [{ resource: { group: 'argoproj.io', version: 'v1alpha1', resource: 'rolls' } }, 'rolls v1alpha1'],
  ])('is told where the rule of the webhook says something else: case %#', (changes, rule) => {
    const { warnings, decided } = answer(changes);
    expect(decided).toEqual([]);
    expect(warnings).toEqual([
      `sidecar.io/git-sync on this Rollout has no effect: its rule says ${rule}, workloadKinds rollouts v1alpha1`,
    ]);
  });

  it('is judged as a new one where there was no template that could be read', () => {
    for (const oldObject of [
      { metadata, spec: {} },
      { metadata, spec: { template: { spec: 5 } } },
    ]) {
      const { decided, warnings } = answer({ operation: 'UPDATE', oldObject });
      expect(decided).toMatchObject([{ before: undefined }]);
      expect(warnings).toEqual([]);
    }
  });
});
