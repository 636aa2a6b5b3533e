import type { Engine } from '../diagnosis/explanation/engine.ts';
import { judgingEngine } from '../diagnosis/explanation/judging-engine.ts';
import { createInjector, type Injector } from '../injection/inject.ts';
import type { NamedWorkloadKind } from '../kubernetes/workload.ts';
import type { InjectionRule } from '../namespaces/injection-rule.ts';
import { usableRules } from '../namespaces/usable-rules.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarFile,
  type SidecarSet,
} from '../sidecars/sidecar-set.ts';
import type { PlaygroundState } from './playground-state.ts';

/** What decides on the page: the engine of the webhook and of `inject`. */
export interface PlaygroundEngine {
  readonly sidecars: SidecarSet;
  readonly injector: Injector;
  readonly rules: readonly InjectionRule[];
  readonly workloadKinds: readonly NamedWorkloadKind[];
  /** The same, as `explain` asks it. */
  readonly explaining: Engine;
}

/** Makes the engine of a state in which some files are edited; an edited file that is in the state takes its place. */
export function engineOf(state: PlaygroundState, edited: readonly SidecarFile[]): PlaygroundEngine {
  const { settings, policy, workloads, workloadKinds } = state;
  const files = new Map([...state.files, ...edited].map(file => [file.name, file]));
  const sidecars = nextSidecarSet(emptySidecarSet, [...files.values()], settings);
  const { rules } = usableRules(state.rules, { sidecars, policy });
  const injector = createInjector(sidecars, { ...policy, by: 'inject' });
  const explaining = judgingEngine({ workloads, workloadKinds }, sidecars, { policy, rules });
  return { sidecars, injector, rules, workloadKinds, explaining };
}
