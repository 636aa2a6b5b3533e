import type { Injector } from '../../injection/inject.ts';
import type { Plan } from '../../injection/plan/plan-sidecars.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import type { WorkloadMode } from '../../workloads/decide-workload.ts';

/** What an audit judges by. */
export interface AuditEngine {
  readonly injector: Injector;
  readonly planFor: (pod: Pod) => Plan;
  readonly workloads: WorkloadMode;
}
