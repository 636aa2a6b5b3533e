import { Budgets, type DisruptionBudget } from './budgets.ts';
import { type FleetPod, isUnavailable, type PodFacts } from './fleet-pod.ts';
import type { PodKey } from './pod-key.ts';
import { isAll, roundedDown, type Share } from './share.ts';

/** The pods that are replicas of one thing, or one pod that belongs to nothing. */
export interface Workload {
  /** As in `shop/Deployment/web`. */
  readonly key: string;
  readonly pods: ReadonlySet<FleetPod>;
}

/** Why a pod is not begun now. */
export interface Hold {
  readonly why: string;
  /** Whether that ends with what is under way. */
  readonly endsByItself: boolean;
}

interface NamespaceOfFleet {
  /** By name. */
  readonly pods: Map<string, FleetPod>;
  readonly budgets: Budgets;
}

/** Knows the pods of a fleet, what they belong to, and which of them may be begun. */
export class Fleet {
  readonly #workloads = new Map<string, { readonly key: string; readonly pods: Set<FleetPod> }>();
  readonly #namespaces = new Map<string, NamespaceOfFleet>();
  readonly #maxUnavailable: Share;

  /** Of each workload as much as said may be unavailable at once. */
  constructor(maxUnavailable: Share) {
    this.#maxUnavailable = maxUnavailable;
  }

  get workloads(): Iterable<Workload> {
    return this.#workloads.values();
  }

  get pods(): Iterable<FleetPod> {
    return this.#allPods();
  }

  /** The pod that has this name now. */
  get({ namespace, name }: PodKey): FleetPod | undefined {
    return this.#namespaces.get(namespace)?.pods.get(name);
  }

  /** Takes in a pod that was not known. */
  add(pod: FleetPod): void {
    const { workload: key, namespace: name } = pod.facts;
    const workload = this.#workloads.get(key) ?? { key, pods: new Set() };
    this.#workloads.set(key, workload);
    workload.pods.add(pod);
    const namespace = this.#namespaceOf(name);
    namespace.pods.set(pod.facts.name, pod);
    namespace.budgets.add(pod);
  }

  /** Takes in what has become of a pod that is known; it belongs to what it belonged to. */
  update(pod: FleetPod, facts: PodFacts): void {
    const isOfOthers = pod.facts.labels !== facts.labels;
    pod.facts = { ...facts, workload: pod.facts.workload };
    if (isOfOthers) this.#namespaceOf(facts.namespace).budgets.add(pod);
  }

  /** Forgets a pod that is gone: nothing that may be missing is missing because of it. */
  remove(pod: FleetPod): void {
    const { workload: key, namespace: name } = pod.facts;
    this.#workloads.get(key)?.pods.delete(pod);
    const namespace = this.#namespaceOf(name);
    namespace.pods.delete(pod.facts.name);
    namespace.budgets.remove(pod);
  }

  setBudget(budget: DisruptionBudget): void {
    this.#namespaceOf(budget.namespace).budgets.set(budget);
  }

  deleteBudget({ namespace, name }: { readonly namespace: string; readonly name: string }): void {
    this.#namespaceOf(namespace).budgets.delete(name);
  }

  /**
   * What keeps a pod from being begun now; undefined where nothing does. A pod that is not ready is missing already: as
   * many of them as may be missing are begun, whatever else is missing, and no budget counts them.
   */
  holdOf(pod: FleetPod): Hold | undefined {
    const { namespace, name, workload: key } = pod.facts;
    const pods = this.#workloads.get(key)?.pods ?? new Set([pod]);
    const [moving, missing] = countUnavailable(pods);
    const limit = Math.max(roundedDown(this.#maxUnavailable, pods.size), 1);
    const hold = (why: string): Hold => ({ why, endsByItself: moving > 0 });
    if (moving >= limit) return hold(`${key}: ${moving} of ${pods.size} pods under way`);
    if (!pod.facts.isReady) return undefined;
    if (missing >= limit) return hold(`${key}: ${inWords(missingPods(pods))} not ready`);
    const isLast = pods.size > 1 && pods.size - missing <= 1 && !isAll(this.#maxUnavailable);
    if (isLast) return hold(`${key}: ${namespace}/${name} is the last ready pod of several`);
    const budget = this.#namespaceOf(namespace).budgets.inTheWayOf(pod);
    return budget === undefined
      ? undefined
      : { why: `PodDisruptionBudget ${budget} allows no disruption`, endsByItself: false };
  }

  *#allPods(): Generator<FleetPod, void> {
    for (const { pods } of this.#namespaces.values()) yield* pods.values();
  }

  #namespaceOf(name: string): NamespaceOfFleet {
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    const pods = new Map<string, FleetPod>();
    const namespace = { pods, budgets: new Budgets(pods) };
    this.#namespaces.set(name, namespace);
    return namespace;
  }
}

function countUnavailable(pods: ReadonlySet<FleetPod>): readonly [moving: number, missing: number] {
  let [moving, missing] = [0, 0];
  for (const pod of pods) {
    if (pod.phase === 'moving') moving++;
    if (isUnavailable(pod)) missing++;
  }
  return [moving, missing];
}

function missingPods(pods: ReadonlySet<FleetPod>): readonly FleetPod[] {
  return [...pods].filter(isUnavailable);
}

function inWords([first, ...others]: readonly FleetPod[]): string {
  const name = `pod ${first?.facts.namespace}/${first?.facts.name}`;
  return others.length === 0 ? `${name} is` : `${name} and ${others.length} more are`;
}
