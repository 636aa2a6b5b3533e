import type { Engine } from '../../../../src/diagnosis/explanation/engine.ts';
import { createInjector } from '../../../../src/injection/inject.ts';
import { PlanMemory } from '../../../../src/injection/plan/plan-memory.ts';
import type { InjectionPolicy } from '../../../../src/injection/policy.ts';
import type { SidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import { defaultPolicy, shippedSidecars } from '../../../injection-fixture.ts';

/** The engine that explanations ask, by the definitions that ship unless others are given. */
export function engineOf(
  sidecars: SidecarSet = shippedSidecars,
  policy: InjectionPolicy = defaultPolicy,
  others: Partial<Engine> = {},
): Engine {
  const plans = new PlanMemory(sidecars, policy);
  return {
    injector: createInjector(sidecars, policy),
    planFor: (pod, inheritance, versions) => plans.planFor(pod, inheritance, versions),
    workloads: 'propagate',
    workloadKinds: [],
    sidecars: [...sidecars.sidecars.keys(), ...sidecars.broken.keys()],
    ...others,
  };
}
