/**
 * What PodDisruptionBudgets allow. A sidecar that restarts makes its pod unready, which is what they count.
 * https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
 */
import { type FleetPod, isUnavailable } from './fleet-pod.ts';

/** A PodDisruptionBudget, as its controller last wrote its status. */
export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  /** Its selector as a text: while that stays, it selects the same pods. */
  readonly selector: string;
  /** Whether it selects pods with these labels. */
  readonly selects: (labels: Readonly<Record<string, string>>) => boolean;
  readonly disruptionsAllowed: number;
  readonly desiredHealthy: number;
  /** Whether its status is about what it says now. */
  readonly isCurrent: boolean;
}

/** The budgets of a namespace and the pods that each selects. */
export class Budgets {
  readonly #pods: ReadonlyMap<string, FleetPod>;
  readonly #budgets = new Map<string, { budget: DisruptionBudget; selected: Set<FleetPod> }>();

  constructor(pods: ReadonlyMap<string, FleetPod>) {
    this.#pods = pods;
  }

  /** Its status changes with each pod that comes or goes, its selector hardly ever. */
  set(budget: DisruptionBudget): void {
    const known = this.#budgets.get(budget.name);
    const isSame = known?.budget.selector === budget.selector;
    this.#budgets.set(budget.name, { budget, selected: isSame ? known.selected : this.#selectedBy(budget) });
  }

  delete(name: string): void {
    this.#budgets.delete(name);
  }

  /** Takes in a pod that is new, or whose labels are other ones. */
  add(pod: FleetPod): void {
    for (const { budget, selected } of this.#budgets.values()) {
      if (budget.selects(pod.facts.labels)) selected.add(pod);
      else selected.delete(pod);
    }
  }

  #selectedBy({ selects }: DisruptionBudget): Set<FleetPod> {
    return new Set([...this.#pods.values()].filter(({ facts }) => selects(facts.labels)));
  }

  remove(pod: FleetPod): void {
    for (const { selected } of this.#budgets.values()) selected.delete(pod);
  }

  /** The first budget that does not allow that a ready pod is lost for a while; undefined where all do. */
  inTheWayOf(pod: FleetPod): string | undefined {
    for (const { budget, selected } of this.#budgets.values()) {
      if (selected.has(pod) && !allowsOne(budget, selected)) return `${budget.namespace}/${budget.name}`;
    }
    return undefined;
  }
}

/**
 * The controller writes the status some time after pods have changed. What it does not know yet is taken off: pods that
 * have been begun and still look ready. What it still counts is held against what the pods say themselves.
 */
function allowsOne(budget: DisruptionBudget, selected: ReadonlySet<FleetPod>): boolean {
  if (!budget.isCurrent) return false;
  let unseen = 0;
  let healthy = 0;
  for (const pod of selected) {
    if (!isUnavailable(pod)) healthy++;
    else if (pod.facts.isReady) unseen++;
  }
  return budget.disruptionsAllowed - unseen >= 1 && healthy - 1 >= budget.desiredHealthy;
}
