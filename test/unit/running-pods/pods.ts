/** Pods as the API server keeps them after their injection. */
import jsonPatch, { type Operation } from 'fast-json-patch';
import { PlanMemory } from '../../../src/injection/plan/plan-memory.ts';
import type { InjectionPolicy } from '../../../src/injection/policy.ts';
import { type RunningPod, readRunningPod } from '../../../src/kubernetes/running-pod.ts';
import type { ChangeOperation } from '../../../src/running-pods/change-pod.ts';
import { type SurveyedSidecar, surveyPod } from '../../../src/running-pods/survey-pod.ts';
import type { SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { defaultPolicy, podAfter, podWith, sidecarsOf } from '../../injection-fixture.ts';

/** A set with one sidecar, whose container has these fields. */
export function logsWith(container: object, spec: object = {}): SidecarSet {
  return sidecarsOf({ logs: { container: { image: 'example.com/logs:v1', ...container }, ...spec } });
}

/** The definition that pods were injected with. */
export const logs = logsWith({});

/** The same definition with a newer image. */
export const newerLogs = logsWith({ image: 'example.com/logs:v2' });

export const switchedOn = { 'sidecar.io/logs': 'true' };

interface PodOptions {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly sidecars?: SidecarSet;
  /** What the operator had decided when it was injected. */
  readonly policy?: Partial<InjectionPolicy>;
  /** Fields beside those of the injection, by their place. */
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

/** A pod that was injected, bound to a node and started. */
export function injectedPod(options: PodOptions = {}): RunningPod {
  const { annotations = switchedOn, sidecars = logs, policy = {} } = options;
  return runningPod(podAfter(podWith(annotations), { sidecars, policy }), options);
}

/** A pod that runs as it was written. */
export function barePod(annotations: Readonly<Record<string, string>>): RunningPod {
  return runningPod(podWith(annotations), {});
}

function runningPod(
  pod: { readonly metadata: object; readonly spec: object },
  { metadata, spec, status }: PodOptions,
): RunningPod {
  return readRunningPod({
    ...pod,
    metadata: { ...pod.metadata, name: 'web', namespace: 'shop', uid: 'uid-1', ...metadata },
    spec: { nodeName: 'node-1', ...pod.spec, ...spec },
    status: { phase: 'Running', ...status },
  });
}

/** Surveys a pod by the definitions that are in force now. */
export function survey(
  pod: RunningPod,
  sidecars: SidecarSet,
  policy: Partial<InjectionPolicy> = {},
): readonly SurveyedSidecar[] {
  const plans = new PlanMemory(sidecars, { ...defaultPolicy, ...policy });
  return surveyPod(pod, (...known) => plans.planFor(...known));
}

/** The pod after a patch; throws where an operation does not apply. */
export function changed(pod: RunningPod, operations: readonly ChangeOperation[]): RunningPod {
  const patch = structuredClone(operations) as Operation[];
  return readRunningPod(jsonPatch.applyPatch(structuredClone(pod), patch, true).newDocument);
}
