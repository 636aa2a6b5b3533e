import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnsweredReview, answerReview } from '../../../src/admission/answer-review.ts';
import type { InjectionDecision } from '../../../src/injection/inject.ts';
import { refusal, warning } from '../../../src/injection/reason.ts';
import { MalformedObjectError } from '../../../src/kubernetes/malformed-object-error.ts';
import type { WorkloadChange, WorkloadDecision } from '../../../src/workloads/decide-workload.ts';
import { podCore } from '../../injection-fixture.ts';

const uid = '705ab4f5-6393-11e8-b7cc-42010a800002';

const pod = {
  metadata: { generateName: 'web-5d4f-', namespace: '', annotations: { 'sidecar.io/logs': 'true' } },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
};

/** A review as the API server sends it, with some fields of the request changed. */
function reviewWith(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      operation: 'CREATE',
      namespace: 'shop',
      userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
      object: pod,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      ...changes,
    },
  };
}

const deployment = { group: 'apps', version: 'v1', kind: 'Deployment' };

const skipped: InjectionDecision = { outcome: 'skipped', reason: 'not-requested', warnings: [] };
const operations = [{ op: 'add', path: '/spec/volumes', value: [{ name: 'ÿ?>~', emptyDir: {} }] }] as const;
const injected: InjectionDecision = {
  outcome: 'injected',
  sidecars: ['logs', 'logs-b'].map(shownName => ({
    instance: { definition: {}, request: { shownName } },
  })) as never,
  operations: operations as never,
  warnings: [],
};

function refused(...messages: readonly string[]): InjectionDecision & { outcome: 'refused' } {
  return {
    outcome: 'refused',
    refusals: messages.map(message => refusal('invalid-value', 'sidecar.io/logs.x', () => message)),
    warnings: [],
  };
}

function answer(
  decision: InjectionDecision,
  changes: Readonly<Record<string, unknown>> = {},
): AnsweredReview {
  return answerReview(
    reviewWith(changes),
    podCore(() => decision),
  );
}

describe('the answer', () => {
  it('lets a pod through untouched', () => {
    expect(answer(skipped).review).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid, allowed: true },
    });
  });

  it('marks a pod where the decision says so, although it gets nothing', () => {
    const { review, record } = answer({ ...skipped, operations: operations as never });
    const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
    expect(review.response).toEqual({ uid, allowed: true, patchType: 'JSONPatch', patch });
    expect(record).toMatchObject({ decision: 'skipped', operations: 1 });
  });

  it('carries the patch in standard base64, with its type', () => {
    const { review } = answer(injected);
    expect(review).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid, allowed: true, patchType: 'JSONPatch', patch: expect.any(String) },
    });
    const { patch = '' } = review.response;
    expect(patch).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    expect(patch.length % 4).toBe(0);
    expect(JSON.parse(Buffer.from(patch, 'base64').toString('utf8'))).toEqual(operations);
  });

  it('refuses with a code, a reason and one sentence where there is one problem', () => {
    expect(answer(refused('annotation a: got "b"; use c')).review).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid,
        allowed: false,
        status: { code: 400, reason: 'BadRequest', message: 'annotation a: got "b"; use c (invalid-value)' },
      },
    });
  });

  it('refuses with all problems, a line each, where there are several', () => {
    const { status } = answer(refused('one', 'two', 'three')).review.response;
    expect(status?.message).toBe(
      '3 problems:\n- one (invalid-value)\n- two (invalid-value)\n- three (invalid-value)',
    );
  });

  it.each([
    ['skipped', skipped],
    ['injected', injected],
    ['refused', refused('one')],
  ])('has patch and patchType both or neither, and the uid: %s', (_what, decision) => {
    const { response } = answer(decision, { uid: 'another uid' }).review;
    expect(response.uid).toBe('another uid');
    expect('patch' in response).toBe('patchType' in response);
    expect('patch' in response).toBe(decision.outcome === 'injected');
    expect(response.allowed).toBe(decision.outcome !== 'refused');
  });

  it('is the same for the same review', () => {
    expect(JSON.stringify(answer(injected))).toBe(JSON.stringify(answer(injected)));
  });
});

describe('warnings', () => {
  const withWarnings = (...messages: readonly string[]): InjectionDecision => ({
    ...skipped,
    warnings: messages.map(message => warning('short-hash', 'sidecar.io/logs.x', () => message)),
  });

  it('are absent where there are none', () => {
    expect(answer(skipped).review.response).not.toHaveProperty('warnings');
  });

  it('are sentences, without a code, in their order', () => {
    expect(answer(withWarnings('one', 'two')).review.response.warnings).toEqual(['one', 'two']);
  });

  it.each([
    [119, 119],
    [120, 120],
    [121, 120],
    [500, 120],
  ])('of %s characters are %s long', (length, clipped) => {
    const [message = ''] = answer(withWarnings('w'.repeat(length))).review.response.warnings ?? [];
    expect(message).toHaveLength(clipped);
    expect(message.endsWith('…')).toBe(length > 120);
  });

  it.each([
    ['refused', refused('one')],
    ['injected', injected],
  ])('come with every answer: %s', (_what, decision) => {
    const warnings = [warning('short-hash', 'sidecar.io/logs.x', () => 'careful')];
    expect(answer({ ...decision, warnings }).review.response.warnings).toEqual(['careful']);
  });

  // A client would show half of a character, and the API server drops a warning that is not UTF-8.
  it('are not clipped in the middle of a character', () => {
    const [message = ''] = answer(withWarnings(`${'w'.repeat(118)}🌱🌱`)).review.response.warnings ?? [];
    expect(message.isWellFormed()).toBe(true);
    expect(message).toBe(`${'w'.repeat(118)}🌱🌱`);
    expect(answer(withWarnings('🌱'.repeat(121))).review.response.warnings).toEqual([`${'🌱'.repeat(119)}…`]);
  });
});

describe('a request for anything but a new pod or a workload', () => {
  it.each([
    ['UPDATE', { operation: 'UPDATE' }],
    ['DELETE', { operation: 'DELETE', object: null }],
    ['CONNECT', { operation: 'CONNECT', subResource: 'exec' }],
    ['a subresource', { subResource: 'ephemeralcontainers' }],
    ['a ReplicaSet', { kind: { group: 'apps', version: 'v1', kind: 'ReplicaSet' } }],
    ['a Deployment of another group', { kind: { group: 'extensions', version: 'v1', kind: 'Deployment' } }],
    ['a Deployment that goes', { kind: deployment, operation: 'DELETE', object: null }],
    ['the scale of a Deployment', { kind: deployment, operation: 'UPDATE', subResource: 'scale' }],
    ['a Pod of another group', { kind: { group: 'example.com', version: 'v1', kind: 'Pod' } }],
    ['an object that is no pod', { kind: { group: 'apps', version: 'v1', kind: 'Scale' }, object: 5 }],
  ])('is let through untouched, without a question to the core: %s', (_what, changes) => {
    const { review, record } = answerReview(
      reviewWith(changes),
      podCore(() => expect.unreachable()),
    );
    expect(review.response).toEqual({ uid, allowed: true });
    expect(record).toMatchObject({ decision: 'skipped', reason: 'not-a-pod-creation' });
    expect(record.operations ?? 0).toBe(0);
  });

  it.each([{ subResource: '' }, { subResource: null }, { kind: { kind: 'Pod' } }])(
    'is not one with %j',
    changes => {
      expect(answer(injected, changes).record.reason).toBe('injected');
    },
  );
});

describe('the core', () => {
  it('gets the pod itself, not a copy, and may not change it', () => {
    const review = reviewWith();
    const before = structuredClone(review);
    const core = podCore(seen => {
      expect(seen).toBe(review.request.object);
      return skipped;
    });
    answerReview(review, core);
    expect(review).toEqual(before);
  });

  it.each([
    ['null, as the API server sends it', { containers: null }],
    ['not there', {}],
  ])('gets a pod whose containers are %s', (_what, spec) => {
    const seen: unknown[] = [];
    const core = podCore(pod => {
      seen.push(pod.spec);
      return skipped;
    });
    answerReview(reviewWith({ object: { metadata: {}, spec } }), core);
    expect(seen).toEqual([spec]);
  });

  it('is asked once', () => {
    let count = 0;
    const core = podCore(() => {
      count++;
      return skipped;
    });
    answerReview(reviewWith(), core);
    expect(count).toBe(1);
  });

  it('may fail: its error goes to the caller', () => {
    const fault = new Error('ours');
    const core = podCore(() => {
      throw fault;
    });
    expect(() => answerReview(reviewWith(), core)).toThrow(fault);
  });
});

describe('the record for log and metrics', () => {
  it('tells what became of a pod', () => {
    expect(answer(injected).record).toEqual({
      uid,
      kind: 'Pod',
      namespace: 'shop',
      pod: 'web-5d4f-',
      decision: 'injected',
      reason: 'injected',
      sidecars: ['logs', 'logs-b'],
      operations: 1,
    });
  });

  it('has the namespace of the request, which controller-made pods lack', () => {
    expect(answer(skipped).record.namespace).toBe('shop');
    const strange = { ...pod, metadata: { ...pod.metadata, namespace: 'elsewhere' } };
    expect(answer(skipped, { object: strange }).record.namespace).toBe('shop');
    expect(answer(skipped, { namespace: undefined }).record.namespace).toBe('');
  });

  it.each([
    [{ metadata: { name: 'web', generateName: 'w-' } }, 'asked', 'web'],
    [{ metadata: { generateName: 'w-' } }, '', 'w-'],
    [{ metadata: {} }, 'asked', 'asked'],
    [{ metadata: {} }, undefined, ''],
    [{ metadata: { name: null, generateName: null } }, null, ''],
  ])('names the pod by name, prefix or request: %j asked as %s', (object, name, expected) => {
    expect(answer(skipped, { object: { ...pod, ...object }, name }).record.pod).toBe(expected);
  });

  it('names the controller that made the pod', () => {
    const ownerReferences = [
      { kind: 'Node', name: 'n', uid: 'a' },
      { kind: 'ReplicaSet', name: 'web-5d4f', controller: true, uid: 'b' },
    ];
    const object = { ...pod, metadata: { ...pod.metadata, ownerReferences } };
    expect(answer(skipped, { object }).record.owner).toBe('ReplicaSet/web-5d4f');
    expect(answer(skipped).record).not.toHaveProperty('owner');
  });

  it('tells a dry run', () => {
    expect(answer(skipped, { dryRun: true }).record.dryRun).toBe(true);
    expect(answer(skipped, { dryRun: undefined }).record.dryRun ?? false).toBe(false);
  });

  it('tells codes and annotations, and no words; the first problem is the reason', () => {
    const decision: InjectionDecision = {
      outcome: 'refused',
      refusals: [
        refusal('empty-value', 'sidecar.io/logs.a', () => 'one'),
        refusal('invalid-value', 'sidecar.io/logs.b', () => 'two'),
      ],
      warnings: [warning('short-hash', 'sidecar.io/logs.c', () => 'three')],
    };
    expect(answer(decision).record).toMatchObject({
      decision: 'refused',
      reason: 'empty-value',
      problems: ['empty-value sidecar.io/logs.a', 'invalid-value sidecar.io/logs.b'],
      warnings: ['short-hash sidecar.io/logs.c'],
    });
  });

  it('tells why a pod was skipped', () => {
    expect(answer(skipped).record).toMatchObject({ decision: 'skipped', reason: 'not-requested' });
  });
});

describe('what is no review of a pod', () => {
  const review = reviewWith();

  it.each([
    [undefined, 'body: expected an AdmissionReview of admission.k8s.io/v1, got nothing'],
    [null, 'body: expected an AdmissionReview of admission.k8s.io/v1, got null'],
    ['secret', 'body: expected an AdmissionReview of admission.k8s.io/v1, got a string'],
    [[review], 'body: expected an AdmissionReview of admission.k8s.io/v1, got a list'],
    [{}, 'body: expected an AdmissionReview of admission.k8s.io/v1, got an object'],
    [{ ...review, kind: 'Pod' }, 'body: expected an AdmissionReview of admission.k8s.io/v1, got an object'],
    [
      { ...review, apiVersion: 'admission.k8s.io/v1beta1' },
      'body: expected an AdmissionReview of admission.k8s.io/v1, got an object',
    ],
    [{ ...review, request: undefined }, 'request: expected an object, got nothing'],
    [{ ...review, request: 'secret' }, 'request: expected an object, got a string'],
    [reviewWith({ uid: undefined }), 'request.uid: expected a string, got nothing'],
    [reviewWith({ uid: 5 }), 'request.uid: expected a string, got a number'],
    [reviewWith({ kind: 'Pod' }), 'request.kind: expected an object, got a string'],
    [reviewWith({ operation: null }), 'request.operation: expected a string, got null'],
    [reviewWith({ namespace: 5 }), 'request.namespace: expected a string, got a number'],
    [reviewWith({ dryRun: 'yes' }), 'request.dryRun: expected a boolean, got a string'],
  ])('is the caller’s fault, told with its place and without its value: case %#', (body, message) => {
    const attempt = () =>
      answerReview(
        body,
        podCore(() => skipped),
      );
    expect(attempt).toThrow(MalformedObjectError);
    expect(attempt).toThrow(expect.objectContaining({ message }));
  });

  it.each([
    [reviewWith({ object: null }), 'request.object: expected an object, got null'],
    [reviewWith({ object: {} }), 'request.object.metadata: expected an object, got nothing'],
    [
      reviewWith({ object: { metadata: {}, spec: { containers: {} } } }),
      'request.object.spec.containers: expected a list, got an object',
    ],
    [
      reviewWith({ object: { metadata: {}, spec: { containers: [{ name: 'a' }, { image: 'b' }] } } }),
      'request.object.spec.containers[1].name: expected a string, got nothing',
    ],
    [
      reviewWith({ object: { ...pod, metadata: { annotations: { 'sidecar.io/logs': 5 } } } }),
      'request.object.metadata.annotations["sidecar.io/logs"]: expected a string, got a number',
    ],
  ])('is named by its path: case %#', (body, message) => {
    expect(() =>
      answerReview(
        body,
        podCore(() => skipped),
      ),
    ).toThrow(expect.objectContaining({ name: 'MalformedObjectError', message }));
  });

  it('never is more than that error, whatever the JSON', () => {
    const like = fc.record(
      {
        apiVersion: fc.constantFrom('admission.k8s.io/v1', 'v1'),
        kind: fc.constantFrom('AdmissionReview', 'Pod'),
        request: fc.oneof(
          fc.jsonValue(),
          fc.record({
            uid: fc.oneof(fc.string(), fc.jsonValue()),
            kind: fc.oneof(fc.constant({ kind: 'Pod' }), fc.jsonValue()),
            operation: fc.constant('CREATE'),
            object: fc.oneof(fc.record({ metadata: fc.jsonValue(), spec: fc.jsonValue() }), fc.jsonValue()),
          }),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), like), body => {
        try {
          answerReview(
            body,
            podCore(() => skipped),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedObjectError);
        }
      }),
    );
  });
});

describe('a request for a workload', () => {
  const object = { metadata: { name: 'web' }, spec: { template: { spec: { containers: [] } } } };
  const request = { kind: deployment, object, name: 'web' };
  const decision: WorkloadDecision = {
    outcome: 'propagated',
    sidecars: ['logs'],
    operations: [{ op: 'remove', path: '/metadata/annotations/sidecar.io~1propagated' }],
    warnings: [warning('pods-change', 'logs', () => "web's pods will get logs")],
  };
  const answerTo = (changes: object, decided: WorkloadDecision = decision) => {
    const changesSeen: WorkloadChange[] = [];
    const decideWorkload = (change: WorkloadChange) => {
      changesSeen.push(change);
      return decided;
    };
    const core = { ...podCore(() => expect.unreachable()), decideWorkload };
    return { ...answerReview(reviewWith({ ...request, ...changes }), core), changesSeen };
  };

  it('carries the patch and the warnings, and tells the kind', () => {
    const { review, record } = answerTo({});
    expect(review.response).toMatchObject({
      allowed: true,
      patchType: 'JSONPatch',
      warnings: ["web's pods will get logs"],
    });
    expect(record).toEqual({
      uid,
      kind: 'Deployment',
      namespace: 'shop',
      workload: 'web',
      decision: 'propagated',
      reason: 'propagated',
      sidecars: ['logs'],
      operations: 1,
      warnings: ['pods-change logs'],
    });
  });

  it('asks about the object alone when it is created, and about the old one too when it is updated', () => {
    expect(answerTo({}).changesSeen).toMatchObject([{ workload: { object }, before: undefined }]);
    const oldObject = structuredClone(object);
    const { changesSeen } = answerTo({ operation: 'UPDATE', oldObject });
    expect(changesSeen[0]?.before?.object).toBe(oldObject);
  });

  it('refuses as for a pod', () => {
    const { review, record } = answerTo({}, refused('one'));
    expect(review.response.status).toMatchObject({ code: 400, message: 'one (invalid-value)' });
    expect(record).toMatchObject({ kind: 'Deployment', decision: 'refused', reason: 'invalid-value' });
  });

  it.each([
    [{ object: {} }, 'request.object.metadata: expected an object, got nothing'],
    [{ operation: 'UPDATE', oldObject: null }, 'request.oldObject: expected an object, got null'],
  ])('is named by its path where it cannot be read: %j', (changes, message) => {
    expect(() => answerTo(changes)).toThrow(
      expect.objectContaining({ name: 'MalformedObjectError', message }),
    );
  });
});
