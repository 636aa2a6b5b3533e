import type { Pod } from '../../kubernetes/pod.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import type { InjectionPolicy } from '../policy.ts';
import { traitsKey, traitsOf } from '../render/pod-traits.ts';
import { isRequestKey } from '../request/annotation-keys.ts';
import { type Plan, planSidecars } from './plan-sidecars.ts';

/**
 * Plans sidecars and remembers what it planned, for one set of definitions and one policy. The pods of a workload ask
 * for the same, and reading and rendering their requests is most of the work.
 */
export class PlanMemory {
  readonly #sidecars: SidecarSet;
  readonly #policy: InjectionPolicy;
  readonly #plans = new Map<string, Plan>();

  constructor(sidecars: SidecarSet, policy: InjectionPolicy) {
    this.#sidecars = sidecars;
    this.#policy = policy;
  }

  /** The plan for a pod: made from its own annotations and traits, and from nothing else of it. */
  planFor(pod: Pod): Plan {
    const annotations = requestAnnotations(pod.metadata.annotations ?? {});
    const traits = traitsOf(pod, this.#policy.startAfter);
    const key = `${traitsKey(traits)}\n${JSON.stringify(annotations)}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = planSidecars(Object.fromEntries(annotations), traits, this.#sidecars, this.#policy);
    if (key.length > maxKeyLength) return plan;
    if (this.#plans.size >= maxPlans) this.#plans.clear();
    this.#plans.set(key, plan);
    return plan;
  }
}

/** More workloads than start pods at the same time; a plan takes about ten kilobytes. */
const maxPlans = 500;

/** Annotations may take 256 KiB; what nobody writes in earnest is not worth the memory. */
const maxKeyLength = 4096;

function requestAnnotations(
  annotations: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  return Object.entries(annotations).filter(([key]) => isRequestKey(key));
}
