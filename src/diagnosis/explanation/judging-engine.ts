import { createInjector } from '../../injection/inject.ts';
import { PlanMemory } from '../../injection/plan/plan-memory.ts';
import type { InjectionPolicy } from '../../injection/policy.ts';
import type { InjectionRule } from '../../namespaces/injection-rule.ts';
import { judgeNamespace } from '../../namespaces/judge-namespace.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import type { Engine } from './engine.ts';

/** What decides by these settings and definitions. */
export function judgingEngine(
  { workloads, workloadKinds }: Pick<Engine, 'workloads' | 'workloadKinds'>,
  set: SidecarSet,
  { policy, rules }: { readonly policy: InjectionPolicy; readonly rules: readonly InjectionRule[] },
): Engine {
  const plans = new PlanMemory(set, policy);
  return {
    injector: createInjector(set, policy),
    planFor: (pod, inheritance, versions) => plans.planFor(pod, inheritance, versions),
    decideNamespace: change => judgeNamespace(change, { sidecars: set, policy, rules }),
    workloads,
    workloadKinds: workloads === 'off' ? [] : workloadKinds,
    sidecars: [...set.sidecars.keys(), ...set.broken.keys()],
  };
}
