import type { PlanFor } from '../../running-pods/survey-pod.ts';
import type { WorkloadMode } from '../../workloads/decide-workload.ts';
import type { Inheriting } from '../inheriting.ts';

/** What an audit judges by. */
export interface AuditEngine extends Inheriting {
  readonly planFor: PlanFor;
  readonly workloads: WorkloadMode;
}
