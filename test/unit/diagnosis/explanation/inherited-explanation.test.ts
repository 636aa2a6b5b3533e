import { describe, expect, it } from 'vitest';
import { explainStored } from '../../../../src/diagnosis/explanation/explain-stored.ts';
import type { Explanation } from '../../../../src/diagnosis/explanation/explanation.ts';
import type { Surroundings } from '../../../../src/diagnosis/explanation/surroundings.ts';
import { inheriting } from '../../../../src/diagnosis/inheriting.ts';
import type { AnnotationSource } from '../../../../src/injection/inheritance/annotation-source.ts';
import { applyPatch } from '../../../../src/injection/patch/apply-patch.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import { readPod } from '../../../../src/kubernetes/pod.ts';
import { circumstances, storedPod } from './circumstances-fixture.ts';
import { engineOf } from './engine-fixture.ts';

const key = 'sidecar.io/statsd-exporter';
const shop: AnnotationSource = { from: 'namespace shop', annotations: { [key]: 'true' } };
const otherwise: AnnotationSource = { ...shop, annotations: { [key]: 'true', [`${key}.cpu`]: '20m' } };
const rule: AnnotationSource = { from: 'rule 2', annotations: { [key]: 'true' } };

/** The namespace, written at these times: its label, and its annotations. */
function namespaceWritten(label: string, annotations: string): JsonObject {
  const written = (time: string, map: string, field: string) => ({
    manager: 'kubectl',
    time,
    fieldsV1: { 'f:metadata': { [`f:${map}`]: { [field]: {} } } },
  });
  return {
    metadata: {
      name: 'shop',
      managedFields: [
        written(label, 'labels', 'f:sidecar.io/inject'),
        written(annotations, 'annotations', `f:${key}`),
        written('2027-01-01T00:00:00Z', 'annotations', 'f:example.com/owner'),
      ],
    },
  };
}

/** What is said where these sources count. The pods of the fixture are of 10:00 on June 1st, 2026. */
function explained(
  object: JsonObject,
  sources: readonly AnnotationSource[] | undefined,
  surroundings: Partial<Surroundings> = {},
): Explanation {
  const around = circumstances(surroundings);
  return explainStored(object, { ...around, engine: inheriting(engineOf(), () => sources) });
}

/** A pod that was created where these sources counted. */
function createdIn(sources: readonly AnnotationSource[], annotations: Readonly<Record<string, string>> = {}) {
  const pod = storedPod(annotations);
  const decision = engineOf().injector(readPod(pod), sources);
  if (decision.outcome !== 'injected') throw new Error(decision.outcome);
  return applyPatch(pod, decision.operations) as JsonObject;
}

describe('explain says of a pod that runs in a labelled namespace', () => {
  it('that it has its sidecar, and who asked', () => {
    expect(explained(createdIn([shop]), [shop])).toMatchObject({
      verdict: 'injected',
      problems: [],
      warnings: [],
      sidecars: [
        { annotation: key, annotatedOn: 'namespace shop', annotations: [{ key, on: 'namespace shop' }] },
      ],
    });
  });

  it('which of its annotations are its own', () => {
    const { sidecars } = explained(createdIn([otherwise], { [key]: 'true' }), [otherwise]);
    expect(sidecars).toMatchObject([
      {
        annotatedOn: 'the pod',
        annotations: [
          { key, on: 'the pod' },
          { key: `${key}.cpu`, on: 'namespace shop' },
        ],
      },
    ]);
  });

  it('nothing of where annotations are written where all are its own, as ever', () => {
    const { sidecars } = explained(createdIn([], { [key]: 'true' }), [shop]);
    expect(sidecars[0]).toMatchObject({ annotatedOn: 'the pod' });
    expect(sidecars[0]).not.toHaveProperty('annotations');
  });

  it.each([
    ['its label was set', namespaceWritten('2026-06-01T11:00:00Z', '2026-05-01T00:00:00Z')],
    ['its annotation was', namespaceWritten('2026-05-01T00:00:00Z', '2026-06-01T11:00:00Z')],
  ])('that it was there before %s', (_what, object) => {
    expect(explained(storedPod({}), [shop], { object })).toMatchObject({
      verdict: 'prevented',
      reason: 'pod-older',
      problems: [
        {
          where: 'namespace shop',
          message:
            'namespace "shop" asks for statsd-exporter, which was written there at 2026-06-01T11:00:00Z, and the pod is of 2026-06-01T10:00:00Z: a pod cannot get containers later',
          advice: 'delete pod web-1 and create it from its manifest',
        },
      ],
    });
  });

  it.each([
    ['ReplicaSet', 'restart the Deployment that made it, as by kubectl rollout restart'],
    ['StatefulSet', 'restart the StatefulSet that made it, as by kubectl rollout restart'],
    ['Job', 'delete the Job "a" and create it again'],
  ])('what to do where a %s made it', (kind, advice) => {
    const ownerReferences = [{ apiVersion: 'v1', kind, name: 'a', controller: true }];
    const object = namespaceWritten('2026-06-01T11:00:00Z', '2026-06-01T11:00:00Z');
    const pod = storedPod({}, { ownerReferences });
    expect(explained(pod, [shop], { object }).problems[0]).toMatchObject({ advice });
  });

  it.each([
    ['its namespace', shop, 'namespace shop'],
    ['a rule', rule, 'rule 2'],
  ])('that nobody asked the injector about what %s asks for', (_who, source, from) => {
    const object = namespaceWritten('2026-05-01T00:00:00Z', '2026-05-01T00:00:00Z');
    expect(explained(storedPod({}), [source], { object })).toMatchObject({
      verdict: 'prevented',
      problems: [
        {
          code: 'pod-bypassed',
          message: `${from} asks for a sidecar and the pod bears no sidecar.io/status: nobody asked the injector when it was created`,
        },
      ],
    });
  });

  it.each([
    ['otherwise than it was created', [otherwise], 'asks for it otherwise than when the pod was created'],
    ['for nothing any more', [], 'asks for it no more'],
  ])('that its namespace asks %s, and that it stays', (_what, now, words) => {
    expect(explained(createdIn([shop]), now)).toMatchObject({
      verdict: 'injected',
      problems: [],
      warnings: [
        {
          code: 'namespace-changed',
          message: `statsd-exporter: namespace shop ${words}; a pod that runs stays as it is`,
        },
      ],
    });
  });

  it('that it keeps what it has where its namespace asks for more', () => {
    const more = {
      ...shop,
      annotations: { ...shop.annotations, 'sidecar.io/git-sync': 'https://a.example/b.git' },
    };
    const { verdict, warnings } = explained(createdIn([shop]), [more]);
    expect(verdict).toBe('injected');
    expect(warnings.map(({ message }) => message)).toContain(
      'git-sync: namespace shop asks for it since the pod was created; a pod that runs stays as it is',
    );
  });

  it('what it has from there, where nobody may read what the namespace asks for', () => {
    const { verdict, problems, warnings, sidecars } = explained(createdIn([shop]), undefined);
    expect({ verdict, problems, warnings }).toEqual({ verdict: 'injected', problems: [], warnings: [] });
    expect(sidecars).toMatchObject([{ container: 'statsd-exporter', annotatedOn: 'namespace shop' }]);
  });

  it('that it is left out by its own word', () => {
    expect(explained(storedPod({ 'sidecar.io/inject': 'false' }), [shop])).toMatchObject({
      verdict: 'not-requested',
      reason: 'opted-out',
      problems: [],
      leftOut: [
        {
          container: 'statsd-exporter',
          from: 'namespace shop',
          annotation: 'sidecar.io/inject',
          on: 'the pod',
        },
      ],
    });
    expect(explained(storedPod({ [`${key}.inject`]: 'false' }), [shop])).toMatchObject({
      verdict: 'not-requested',
      problems: [],
      leftOut: [
        { container: 'statsd-exporter', from: 'namespace shop', annotation: `${key}.inject`, on: 'the pod' },
      ],
    });
    expect(explained(createdIn([shop]), [shop])).not.toHaveProperty('leftOut');
  });

  it('that its namespace leaves out what it asks for', () => {
    const off = { ...shop, annotations: { 'sidecar.io/inject': 'false' } };
    expect(explained(storedPod({ [key]: 'true' }), [off])).toMatchObject({
      verdict: 'prevented',
      problems: [
        {
          code: 'opted-out',
          message: expect.stringContaining('of namespace shop is "false"'),
          advice: 'set sidecar.io/inject: "true" on the pod',
        },
      ],
    });
  });
});
