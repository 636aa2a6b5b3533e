import { describe, expect, it } from 'vitest';
import {
  type AuditedKind,
  auditedKinds,
  auditedObject,
  auditObject,
} from '../../../../src/diagnosis/audit/audit-object.ts';
import { createInjector } from '../../../../src/injection/inject.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import type { WorkloadMode } from '../../../../src/workloads/decide-workload.ts';
import { defaultPolicy, gitSync, shippedSidecars } from '../../../injection-fixture.ts';
import { rollout, type WorkloadWriting, workloadWith } from '../../../workload-fixture.ts';
import { injectedPod } from '../../running-pods/pods.ts';

const kinds = auditedKinds([rollout]);
const known = new Set(kinds.map(({ kind }) => kind));

function kindOf(name: string): AuditedKind {
  const found = kinds.find(({ kind }) => kind === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

const objectWith = (writing: WorkloadWriting): JsonObject => workloadWith(writing).object;

/** What is found in an object, in short. */
function found(kind: string, object: JsonObject, workloads: WorkloadMode = 'propagate'): readonly string[] {
  const injector = createInjector(shippedSidecars, defaultPolicy);
  const planFor = () => {
    throw new Error('nobody asks for plans of workloads');
  };
  return auditObject(object, kindOf(kind), { injector, planFor, workloads }).map(
    ({ sidecar, code, message }) => `${sidecar} ${code}: ${message}`,
  );
}

const wrong = gitSync({ period: 'soon' });
const problem =
  /^git-sync invalid-value: pods are refused: annotation sidecar\.io\/git-sync\.period: got "soon"/;

describe('an object that makes pods', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job'] as const)(
    'of the kind %s is judged by its template',
    kind => {
      expect(found(kind, objectWith({ kind, template: gitSync({ mount: '/site' }) }))).toEqual([]);
      expect(found(kind, objectWith({ kind, template: wrong }))).toEqual([expect.stringMatching(problem)]);
    },
  );

  it('is judged by its own annotations too, which the next change carries into the template', () => {
    expect(found('Deployment', objectWith({ annotations: wrong }))).toEqual([
      expect.stringMatching(/^git-sync invalid-value: not carried to the pods: annotation/),
    ]);
  });

  it('is judged also where the injector looks at no workloads: its pods are refused all the same', () => {
    for (const mode of ['warn', 'off'] as const)
      expect(found('Deployment', objectWith({ template: wrong }), mode)).toEqual([
        expect.stringMatching(problem),
      ]);
  });

  it('is told of all its mistakes, however many they are', () => {
    const keys = Array.from({ length: 600 }, (_, index) => [`sidecar.io/git-sync.x${index}`, 'a']);
    expect(
      found('Deployment', objectWith({ template: { ...gitSync(), ...Object.fromEntries(keys) } })),
    ).toHaveLength(600);
  });

  it('is a ReplicaSet of nobody, whose own annotations reach no pod', () => {
    const object = objectWith({ annotations: wrong });
    expect(found('ReplicaSet', object)).toEqual([]);
    expect(found('ReplicaSet', objectWith({ template: wrong }))).toEqual([expect.stringMatching(problem)]);
  });

  it('is of a kind that the operator names, wherever it keeps its template', () => {
    const named = (writing: WorkloadWriting): JsonObject => ({
      ...objectWith(writing),
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
    });
    expect(found('Rollout', named({ template: wrong }))).toEqual([expect.stringMatching(problem)]);
    const without = { ...named({ annotations: wrong }), spec: { workloadRef: { name: 'web' } } };
    expect(found('Rollout', without)).toEqual([
      expect.stringMatching(/^git-sync no-pod-template: .* on this Rollout has no effect/),
    ]);
    expect(found('Rollout', { ...without, metadata: 'nothing' })).toEqual([]);
  });

  it('has a copy of a sidecar in its template that no definition reaches', () => {
    const { metadata, spec } = injectedPod();
    const object = objectWith({ template: metadata.annotations ?? {}, podSpec: spec });
    expect(found('Deployment', object).map(line => line.split(':')[0])).toContain(' template-copied');
  });
});

describe('which objects are judged', () => {
  const owned = (kind: string, others: object = {}) => ({
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      ownerReferences: [
        { kind: 'Parent', name: 'other' },
        { kind, name: 'web', controller: true },
      ],
    },
    ...others,
  });
  const alone = (others: object = {}) => ({ metadata: { name: 'web-1', namespace: 'shop' }, ...others });
  const over = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
  const failed = { status: { conditions: [{ type: 'Failed', status: 'True' }] } };
  const going = { status: { conditions: [{ type: 'Complete', status: 'False' }] } };

  it.each<readonly [what: string, kind: string, object: JsonObject, isJudged: boolean]>([
    ['a Deployment', 'Deployment', alone(), true],
    ['a Deployment that an operator of its own makes', 'Deployment', owned('Shop'), true],
    ['a Job', 'Job', alone(), true],
    ['a Job that goes on', 'Job', alone(going), true],
    ['a Job that is over', 'Job', alone(over), false],
    ['a Job that has failed', 'Job', alone(failed), false],
    ['a Job of a CronJob, which is judged', 'Job', owned('CronJob'), false],
    ['a Job of somebody who is not looked at', 'Job', owned('JobSet'), true],
    ['the same when it is over', 'Job', owned('JobSet', over), false],
    ['a ReplicaSet of nobody', 'ReplicaSet', alone(), true],
    ['a ReplicaSet of nobody without pods', 'ReplicaSet', alone({ spec: { replicas: 0 } }), true],
    ['a ReplicaSet of a Deployment', 'ReplicaSet', owned('Deployment', { spec: { replicas: 2 } }), false],
    [
      'a ReplicaSet of a kind that is named',
      'ReplicaSet',
      owned('Rollout', { spec: { replicas: 2 } }),
      false,
    ],
    ['one of somebody else', 'ReplicaSet', owned('Canary', { spec: { replicas: 2 } }), true],
    ['its earlier revision', 'ReplicaSet', owned('Canary', { spec: { replicas: 0 } }), false],
  ])('%s: %#', (_, kind, object, isJudged) => {
    expect(auditedObject(object, kindOf(kind), known).isJudged).toBe(isJudged);
  });

  it('is told with the names that people know', () => {
    expect(auditedObject(owned('Canary') as JsonObject, kindOf('ReplicaSet'), known)).toMatchObject({
      namespace: 'shop',
      self: { kind: 'ReplicaSet', name: 'web-1' },
      controller: { kind: 'Canary', name: 'web' },
    });
    expect(
      auditedObject(owned('Shop') as JsonObject, kindOf('Deployment'), known).controller,
    ).toBeUndefined();
  });
});
