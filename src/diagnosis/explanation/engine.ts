import type { Injector } from '../../injection/inject.ts';
import type { Plan } from '../../injection/plan/plan-sidecars.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import type { NamedWorkloadKind } from '../../kubernetes/workload.ts';
import type { WorkloadMode } from '../../workloads/decide-workload.ts';

/** What decides, with the definitions and settings that are in force. */
export interface Engine {
  readonly injector: Injector;
  readonly planFor: (pod: Pod) => Plan;
  readonly workloads: WorkloadMode;
  readonly workloadKinds: readonly NamedWorkloadKind[];
  /** The names of all sidecars that have a definition, good or broken. */
  readonly sidecars: readonly string[];
}
