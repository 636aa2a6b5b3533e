/**
 * A workload with its sidecars in its template: its annotations are carried there as the webhook carries them, and then the
 * template gets what the webhook gives to its pods. Pure, as the engine is.
 */
import type { InjectionDecision, Injector } from '../injection/inject.ts';
import type { AddOperation, PatchOperation } from '../injection/patch/patch-operation.ts';
import type { Refusal, SkipReason, Warning } from '../injection/reason.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { belowTemplate } from './below-template.ts';
import { checkJob } from './check-job.ts';
import { copiedWarnings } from './copied-sidecars.ts';
import { fitToTemplate } from './fit-to-template.ts';
import { patchWorkload } from './patch-workload.ts';
import { propagateAnnotations } from './propagate-annotations.ts';
import { annotationsAfter, templatePod } from './template-pod.ts';

/** What becomes of a workload, or of a pod, that stands in a manifest. */
export type WorkloadInjection =
  | {
      readonly outcome: 'injected';
      readonly sidecars: readonly string[];
      readonly operations: readonly PatchOperation[];
      readonly warnings: readonly Warning[];
    }
  | {
      readonly outcome: 'skipped';
      readonly reason: SkipReason;
      /** What is carried, or marked as seen, all the same; may be empty. */
      readonly operations: readonly PatchOperation[];
      readonly warnings: readonly Warning[];
    }
  | {
      readonly outcome: 'refused';
      readonly refusals: readonly Refusal[];
      readonly warnings: readonly Warning[];
    };

/**
 * Puts sidecars into the template of a workload. The workload is only read. Where the injector is asked with what its pods
 * inherit, the template gets those sidecars too: whoever asks for that has no webhook that would put them in.
 */
export function injectWorkload(workload: Workload, injector: Injector): WorkloadInjection {
  const propagation = propagateAnnotations(workload, undefined);
  const pod = templatePod(workload, annotationsAfter(workload, propagation.changes));
  const decision = injector(pod);
  const warnings = [
    ...checkJob(workload, decision),
    ...propagation.warnings,
    ...copiedWarnings(pod),
    ...decision.warnings,
  ];
  if (decision.outcome === 'refused') return { outcome: 'refused', refusals: decision.refusals, warnings };
  const isAnnotated = Boolean(workload.template.metadata?.annotations) || propagation.changes.size > 0;
  const added = fitToTemplate(workload, additionsOf(decision), isAnnotated);
  const operations = [...patchWorkload(workload, propagation, []), ...belowTemplate(workload, added)];
  if (decision.outcome === 'skipped')
    return { outcome: 'skipped', reason: decision.reason, operations, warnings };
  const sidecars = decision.sidecars.map(({ instance }) => instance.name);
  return { outcome: 'injected', sidecars, operations, warnings };
}

/** Pods that a namespace leaves out are marked as seen when they are created: it may say otherwise by then. */
function additionsOf(
  decision: Exclude<InjectionDecision, { readonly outcome: 'refused' }>,
): readonly AddOperation[] {
  const { operations = [] } = decision;
  return decision.outcome === 'skipped' && decision.reason === 'opted-out' ? [] : operations;
}
