import type { Pod } from '../../kubernetes/pod.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { alone } from '../inheritance/with-inherited.ts';
import type { InjectionPolicy } from '../policy.ts';
import { type PodTraits, traitsKey, traitsOf, type VersionTraits } from '../render/pod-traits.ts';
import { keepTexts } from '../render/rendered-text.ts';
import { isRequestKey } from '../request/annotation-keys.ts';
import { chosenVersions } from './chosen-versions.ts';
import { type Plan, planInheritance } from './plan-sidecars.ts';
import { planSize } from './plan-size.ts';

/**
 * Plans sidecars and remembers what it planned, for one set of definitions and one policy. The pods of a workload ask
 * for the same, and reading and rendering their requests is most of the work.
 *
 * There are two generations of plans. Where the younger one has as much as it may hold it becomes the older one, and what
 * nobody asked for since the last time is forgotten.
 */
export class PlanMemory {
  readonly #sidecars: SidecarSet;
  readonly #policy: InjectionPolicy;
  #young = new Generation();
  #old = new Generation();

  constructor(sidecars: SidecarSet, policy: InjectionPolicy) {
    this.#sidecars = sidecars;
    this.#policy = policy;
  }

  /** The sidecars whose next version the operator has a pod get. */
  chosenFor({ metadata }: Pod): readonly string[] {
    return chosenVersions(metadata, this.#sidecars, this.#policy);
  }

  /**
   * The plan for a pod: made from the annotations that count for it, its traits, and the sidecars that it gets in their
   * next version, and from nothing else of it.
   */
  planFor(
    pod: Pod,
    { annotations: counting, origins } = alone(pod.metadata.annotations ?? {}),
    versions: VersionTraits = { next: this.chosenFor(pod) },
  ): Plan {
    const annotations = requestAnnotations(counting, origins);
    const traits = withVersions(traitsOf(pod, this.#policy.startAfter), versions);
    const requested = () => ({
      annotations: Object.fromEntries(annotations.map(([name, value]) => [name, value] as const)),
      origins,
    });
    const plan = () => planInheritance(requested(), traits, this.#sidecars, this.#policy);
    // What is not remembered needs no key.
    if (lengthOf(annotations) > maxKeyLength) return plan();
    const key = keyOf(traits, annotations);
    const known = this.#young.plans.get(key);
    if (known !== undefined) return known;
    const planned = this.#old.plans.get(key) ?? plan();
    if (key.length <= maxKeyLength) this.#remember(key, planned);
    return planned;
  }

  #remember(key: string, plan: Plan): void {
    const bytes = planSize(plan) + 2 * key.length;
    if (bytes > maxPlanBytes) return;
    if (this.#young.bytes + bytes > maxBytes || this.#young.plans.size >= maxPlans) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    for (const { rendered } of plan.sidecars) if (rendered !== undefined) keepTexts(rendered);
    this.#young.plans.set(key, plan);
    this.#young.bytes += bytes;
  }
}

class Generation {
  readonly plans = new Map<string, Plan>();
  /** About how much memory they take. */
  bytes = 0;
}

/** In a generation. More workloads than start pods at the same time; a plan takes about ten kilobytes. */
const maxPlans = 500;

/** In a generation: both together take an eighth of the heap that the image sets. */
const maxBytes = 8 * 1024 * 1024;

/** What is so large would drive out what others ask for. */
const maxPlanBytes = 1024 * 1024;

/** Annotations may take 256 KiB; what nobody writes in earnest is not worth the memory. */
const maxKeyLength = 4096;

function withVersions(traits: PodTraits, { next = [], isCurrent }: VersionTraits): PodTraits {
  if (isCurrent) return { ...traits, next, isCurrent };
  return next.length === 0 ? traits : { ...traits, next };
}

/** With where it comes from, where that is not the pod. */
type Annotation = readonly [key: string, value: string, from?: string];

function requestAnnotations(
  annotations: Readonly<Record<string, string>>,
  origins: ReadonlyMap<string, string>,
): readonly Annotation[] {
  const own = Object.entries(annotations).filter(([key]) => isRequestKey(key));
  if (origins.size === 0) return own;
  return own.map(([key, value]): Annotation => {
    const from = origins.get(key);
    return from === undefined ? [key, value] : [key, value, from];
  });
}

/** With the lengths of all texts, so that no two lists have one key. */
function keyOf(traits: PodTraits, annotations: readonly Annotation[]): string {
  const parts = annotations.map(
    ([name, value, from]) => ` ${name.length} ${value.length} ${from?.length} ${name}${value}${from ?? ''}`,
  );
  // Joined: a text that is only put together would hold all of its parts.
  return [traitsKey(traits), ...parts].join('');
}

function lengthOf(annotations: readonly Annotation[]): number {
  return annotations.reduce(
    (length, [key, value, from = '']) => length + key.length + value.length + from.length,
    0,
  );
}
