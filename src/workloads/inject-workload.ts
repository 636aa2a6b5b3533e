/**
 * A workload with its sidecars in its template: its annotations are carried there as the webhook carries them, and then the
 * template gets what the webhook gives to its pods. Pure, as the engine is.
 */
import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import type { InjectionDecision, Injector } from '../injection/inject.ts';
import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import type { Refusal, SkipReason, Warning } from '../injection/reason.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { belowTemplate } from './below-template.ts';
import { checkJob } from './check-job.ts';
import { copiedWarnings } from './copied-sidecars.ts';
import { fitToTemplate } from './fit-to-template.ts';
import { patchWorkload } from './patch-workload.ts';
import { previewInherited } from './preview-inherited.ts';
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
 * Puts sidecars into the template of a workload, those that the workload itself asks for. What its pods inherit from
 * `sources` is told and never written: the webhook puts it in when they are created, as their namespace then says. A
 * workload whose pods would be refused is. The workload is only read.
 */
export function injectWorkload(
  workload: Workload,
  injector: Injector,
  sources: readonly AnnotationSource[] = [],
): WorkloadInjection {
  const propagation = propagateAnnotations(workload, undefined);
  const pod = templatePod(workload, annotationsAfter(workload, propagation.changes));
  const own = injector(pod);
  const together = sources.length === 0 ? own : injector(pod, sources);
  const decision = whatIsWritten(own, together);
  const warnings = [
    ...checkJob(workload, together),
    ...propagation.warnings,
    ...copiedWarnings(pod),
    ...decision.warnings,
    ...previewInherited(workload, { pod, decision: together }),
  ];
  if (decision.outcome === 'refused') return { outcome: 'refused', refusals: decision.refusals, warnings };
  const isAnnotated = Boolean(workload.template.metadata?.annotations) || propagation.changes.size > 0;
  const added = fitToTemplate(workload, decision.operations ?? [], isAnnotated);
  const operations = [...patchWorkload(workload, propagation, []), ...belowTemplate(workload, added)];
  if (decision.outcome === 'skipped')
    return { outcome: 'skipped', reason: decision.reason, operations, warnings };
  const sidecars = decision.sidecars.map(({ instance }) => instance.name);
  return { outcome: 'injected', sidecars, operations, warnings };
}

/** What a template itself asks for, unless its pods would be refused, or left alone, because of what they inherit. */
function whatIsWritten(own: InjectionDecision, together: InjectionDecision): InjectionDecision {
  if (together.outcome === 'refused') return together;
  if (together.outcome === 'injected' || own.outcome !== 'injected') return own;
  const { outcome, reason, warnings } = together;
  return { outcome, reason, warnings };
}
