import type { NamedWorkloadKind } from '../../kubernetes/workload.ts';
import type { PlanFor } from '../../running-pods/survey-pod.ts';
import type { WorkloadMode } from '../../workloads/decide-workload.ts';
import type { Inheriting } from '../inheriting.ts';

/** What decides, with the definitions and settings that are in force. */
export interface Engine extends Inheriting {
  readonly planFor: PlanFor;
  readonly workloads: WorkloadMode;
  readonly workloadKinds: readonly NamedWorkloadKind[];
  /** The names of all sidecars that have a definition, good or broken. */
  readonly sidecars: readonly string[];
}
