import type { Config } from '../../config/config.ts';
import type { Engine } from '../../diagnosis/explanation/engine.ts';
import { createInjector } from '../../injection/inject.ts';
import { PlanMemory } from '../../injection/plan/plan-memory.ts';
import { judgeNamespace } from '../../namespaces/judge-namespace.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { countingRules } from '../counting-rules.ts';
import { policyOf } from '../policy-of.ts';

/** What decides by these settings and definitions. */
export function judgingEngine(config: Config, set: SidecarSet, areNativeSidecarsAvailable: boolean): Engine {
  const policy = policyOf(config, areNativeSidecarsAvailable);
  const { rules } = countingRules(config.inject, { sidecars: set, policy });
  const plans = new PlanMemory(set, policy);
  return {
    injector: createInjector(set, policy),
    planFor: (pod, inheritance) => plans.planFor(pod, inheritance),
    decideNamespace: change => judgeNamespace(change, { sidecars: set, policy, rules }),
    workloads: config.workloads,
    workloadKinds: config.workloads === 'off' ? [] : config.workloadKinds,
    sidecars: [...set.sidecars.keys(), ...set.broken.keys()],
  };
}
