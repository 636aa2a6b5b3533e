import { describe, expect, it } from 'vitest';
import { auditPod } from '../../../../src/diagnosis/audit/audit-pod.ts';
import { auditWorkload } from '../../../../src/diagnosis/audit/audit-workload.ts';
import { inheriting } from '../../../../src/diagnosis/inheriting.ts';
import type { AnnotationSource } from '../../../../src/injection/inheritance/annotation-source.ts';
import { createInjector } from '../../../../src/injection/inject.ts';
import { applyPatch } from '../../../../src/injection/patch/apply-patch.ts';
import { PlanMemory } from '../../../../src/injection/plan/plan-memory.ts';
import { type RunningPod, readRunningPod } from '../../../../src/kubernetes/running-pod.ts';
import { defaultPolicy, podWith } from '../../../injection-fixture.ts';
import { workloadWith } from '../../../workload-fixture.ts';
import { barePod, logs, switchedOn } from '../../running-pods/pods.ts';

const shop: AnnotationSource = { from: 'namespace shop', annotations: switchedOn };
const rule: AnnotationSource = { from: 'rule 1', annotations: switchedOn };
const otherwise: AnnotationSource = { ...shop, annotations: { ...switchedOn, 'sidecar.io/logs.cpu': '20m' } };
const wrong: AnnotationSource = { ...shop, annotations: { 'sidecar.io/lugs': 'true' } };

/** The engine of a place where these sources count, or where nobody may say which do. */
function engineIn(sources: readonly AnnotationSource[] | undefined) {
  const plans = new PlanMemory(logs, defaultPolicy);
  const engine = {
    injector: createInjector(logs, defaultPolicy),
    planFor: (...args: Parameters<PlanMemory['planFor']>) => plans.planFor(...args),
    workloads: 'propagate' as const,
  };
  return inheriting(engine, () => sources);
}

/** A pod that was created where these sources counted. */
function createdIn(sources: readonly AnnotationSource[]): RunningPod {
  const pod = podWith({});
  const decision = engineIn(sources).injector(pod);
  if (decision.outcome !== 'injected') throw new Error(decision.outcome);
  const { metadata, spec } = applyPatch(pod, decision.operations);
  return readRunningPod({
    metadata: { ...metadata, name: 'web', namespace: 'shop', uid: 'uid-1' },
    spec,
    status: { phase: 'Running' },
  });
}

const found = (pod: RunningPod, sources: readonly AnnotationSource[] | undefined) =>
  auditPod(pod, engineIn(sources)).map(
    ({ sidecar, code, message, from }) => `${sidecar} ${code} (${from}): ${message}`,
  );

describe('an audit of a labelled namespace', () => {
  it.each<
    readonly [
      what: string,
      pod: RunningPod,
      now: readonly AnnotationSource[] | undefined,
      said: readonly string[],
    ]
  >([
    ['nothing of pods that have what is asked for', createdIn([shop]), [shop], []],
    [
      'bare pods, with who asks',
      barePod({}),
      [shop],
      ['logs pod-bare (namespace shop): logs: namespace shop asks for it, and the pod has no such sidecar'],
    ],
    [
      'bare pods of rules',
      barePod({}),
      [rule],
      ['logs pod-bare (rule 1): logs: rule 1 asks for it, and the pod has no such sidecar'],
    ],
    [
      'bare pods that ask themselves, as ever',
      barePod(switchedOn),
      [shop],
      ['logs pod-bare (undefined): logs: the pod is annotated and has no such sidecar'],
    ],
    [
      'pods that are older than what is asked for now',
      createdIn([shop]),
      [otherwise],
      [
        'logs namespace-changed (namespace shop): logs: namespace shop asks for it otherwise than when the pod was created',
      ],
    ],
    [
      'pods with what nobody asks for any more',
      createdIn([shop]),
      [],
      ['logs namespace-changed (namespace shop): logs: namespace shop asks for it no more'],
    ],
    ['nothing of that where nobody may read namespaces', createdIn([shop]), undefined, []],
    ['nothing of pods that are left out', barePod({ 'sidecar.io/logs.inject': 'false' }), [shop], []],
  ])('finds %s', (_what, pod, now, said) => {
    expect(found(pod, now)).toEqual(said);
  });

  it('finds that pods would be refused when they are created again', () => {
    const said = found(createdIn([shop]), [shop, wrong]);
    expect(said).toEqual([
      expect.stringMatching(
        /^lugs unknown-sidecar \(undefined\): created again it is refused: .*namespace shop.*sidecar\.io\/lugs\.inject/,
      ),
    ]);
  });

  it('finds that the pods of the next rollout will be refused', () => {
    const workload = workloadWith({ template: {} });
    expect(auditWorkload(workload, engineIn([shop]))).toEqual([]);
    expect(auditWorkload(workload, engineIn([wrong]))).toMatchObject([
      { sidecar: 'lugs', code: 'unknown-sidecar', message: expect.stringContaining('namespace shop') },
    ]);
  });
});
