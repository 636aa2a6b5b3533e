import { at } from '../kubernetes/json.ts';
import type { Workload } from '../kubernetes/workload.ts';

/** What the API server lets an update change in a pod template. */
export type TemplateFreedom = 'all' | 'annotations' | 'nothing';

/**
 * Says what of the template may change. That of a Job is fixed but for the annotations, and some fields that are none of
 * ours, while the Job is suspended, has no `startTime` and no pod is active. What counts is the Job before the update:
 * the same update may resume it.
 *
 * | the Job before the update         | Kubernetes 1.35 and before | since 1.36                               |
 * |-----------------------------------|----------------------------|------------------------------------------|
 * | not suspended                     | nothing                    | nothing                                  |
 * | suspended, never started          | annotations                | annotations, where no pod is active      |
 * | suspended again, a pod is active  | nothing                    | nothing                                  |
 * | suspended again, no pod is active | nothing; it keeps its      | annotations; it loses its `startTime`    |
 * |                                   | `startTime`                |                                          |
 *
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#mutable-scheduling-directives
 */
export function templateFreedom(workload: Workload, before: Workload | undefined): TemplateFreedom {
  if (!workload.isTemplateFixed || before === undefined) return 'all';
  const { object } = before;
  const isSuspended = at(object, ['spec', 'suspend']) === true;
  const isStarted = (at(object, ['status', 'startTime']) ?? null) !== null;
  const active = at(object, ['status', 'active']) ?? 0;
  return isSuspended && !isStarted && active === 0 ? 'annotations' : 'nothing';
}
