import type { NamedWorkloadKind } from '../../kubernetes/workload.ts';
import type { NamespaceChange, NamespaceDecision } from '../../namespaces/namespace-decision.ts';
import type { PlanFor } from '../../running-pods/survey-pod.ts';
import type { WorkloadMode } from '../../workloads/decide-workload.ts';
import type { Inheriting } from '../inheriting.ts';

/** What decides, with the definitions and settings that are in force. */
export interface Engine extends Inheriting {
  readonly planFor: PlanFor;
  readonly workloads: WorkloadMode;
  readonly workloadKinds: readonly NamedWorkloadKind[];
  /** Judges what is written on a Namespace; absent where nobody looks. */
  readonly decideNamespace?: (change: NamespaceChange) => NamespaceDecision;
  /** The names of all sidecars that have a definition, good or broken. */
  readonly sidecars: readonly string[];
}
