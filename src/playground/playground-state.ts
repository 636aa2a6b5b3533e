import type { InjectionPolicy } from '../injection/policy.ts';
import type { NamedWorkloadKind } from '../kubernetes/workload.ts';
import type { InjectionRule } from '../namespaces/injection-rule.ts';
import type { SidecarFile, SidecarSettings } from '../sidecars/sidecar-set.ts';
import type { WorkloadMode } from '../workloads/decide-workload.ts';

/** What the page is told of the injector that it shows: all plain JSON. */
export interface PlaygroundState {
  readonly version: string;
  /** Whether it was told by a running injector, which tells it again when something changes. */
  readonly isLive: boolean;
  /** The definitions as they lie in the directory. */
  readonly files: readonly SidecarFile[];
  readonly settings: SidecarSettings;
  readonly policy: InjectionPolicy;
  readonly rules: readonly InjectionRule[];
  /** What becomes of annotations on workloads. */
  readonly workloads: WorkloadMode;
  readonly workloadKinds: readonly NamedWorkloadKind[];
}
