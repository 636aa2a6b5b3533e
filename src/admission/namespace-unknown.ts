/** What becomes of objects in a namespace that had to be known and is not. */
import type { InjectionDecision, Injector } from '../injection/inject.ts';
import { refusal, warning } from '../injection/reason.ts';
import { injectAnnotation } from '../injection/request/annotation-keys.ts';
import { shouldSkip } from '../injection/request/should-skip.ts';
import { readStatus, wasInjected } from '../injection/status/read-status.ts';
import { isWindowsPod } from '../kubernetes/is-windows-pod.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { WorkloadDecision } from '../workloads/decide-workload.ts';

/**
 * Refuses a pod that might lack a sidecar. What its namespace says does not count for one that is left alone whatever it
 * asks for, nor for one that has its sidecars already.
 */
export function decideWithoutNamespace(pod: Pod, decide: Injector, problem: string): InjectionDecision {
  if (isSettled(pod)) return decide(pod);
  return { outcome: 'refused', refusals: [refusal(code, where, () => told(problem))], warnings: [] };
}

function isSettled(pod: Pod): boolean {
  // As if its namespace asked for something.
  const annotations = { [injectAnnotation]: 'true', ...pod.metadata.annotations };
  return (
    shouldSkip(pod, annotations) !== undefined ||
    isWindowsPod(pod.spec) ||
    wasInjected(readStatus(pod).before)
  );
}

/** Says so to who writes a workload, and lets it pass: only its pods could lack something. */
export function withNamespaceUnknown(
  decision: WorkloadDecision,
  problem: string | undefined,
): WorkloadDecision {
  if (problem === undefined) return decision;
  return { ...decision, warnings: [warning(code, where, () => told(problem)), ...decision.warnings] };
}

const code = 'namespace-unknown';
const where = 'the namespace';

function told(problem: string): string {
  return `the annotations of its namespace are not known: ${problem}`;
}
