import type { Fleet, Hold, Workload } from './fleet.ts';
import type { FleetPod } from './fleet-pod.ts';

/** Pods that may be begun now, all of them at once. */
export interface Choice {
  readonly pods: readonly FleetPod[];
  /** What keeps the workloads that wait. */
  readonly holds: readonly Hold[];
}

/**
 * Chooses pods of these workloads, at most one of each workload and of each node: who has room for more asks again, once
 * these have been begun. Pods that are not ready come first, for they cost nothing, then those of workloads that have been
 * begun, so that few have two images, then those whose node and zone have the fewest under way, so that no part of the
 * cluster has to bear it all.
 */
export function choosePods(
  fleet: Fleet,
  workloads: readonly Workload[],
  { moving, room }: { readonly moving: Iterable<FleetPod>; readonly room: number },
): Choice {
  const load = new Load(moving);
  const holds: Hold[] = [];
  const candidates: Candidate[] = [];
  for (const workload of workloads) {
    const pod = firstWaiting(workload, load);
    if (pod === undefined) continue;
    const hold = fleet.holdOf(pod);
    if (hold === undefined) candidates.push({ pod, isBegun: hasBegun(workload) });
    else holds.push(hold);
  }
  return { pods: spread(candidates, load, room), holds };
}

/** The pod of a workload whose turn it is, and whether another one of it has had its turn. */
interface Candidate {
  readonly pod: FleetPod;
  readonly isBegun: boolean;
}

function hasBegun({ pods }: Workload): boolean {
  for (const { phase } of pods) if (phase === 'moving' || phase === 'moved') return true;
  return false;
}

/** How many pods are under way on each node and in each zone. */
class Load {
  readonly #nodes = new Map<string, number>();
  readonly #zones = new Map<string, number>();

  constructor(moving: Iterable<FleetPod>) {
    for (const pod of moving) this.add(pod);
  }

  add({ facts: { node, zone } }: FleetPod): void {
    this.#nodes.set(node, (this.#nodes.get(node) ?? 0) + 1);
    this.#zones.set(zone, (this.#zones.get(zone) ?? 0) + 1);
  }

  onNode(node: string): number {
    return this.#nodes.get(node) ?? 0;
  }

  inZone(zone: string): number {
    return this.#zones.get(zone) ?? 0;
  }
}

function firstWaiting({ pods }: Workload, load: Load): FleetPod | undefined {
  let first: FleetPod | undefined;
  for (const pod of pods) {
    if (pod.phase === 'waiting' && (first === undefined || inOrder(pod, first, load) < 0)) first = pod;
  }
  return first;
}

function inOrder({ facts: a }: FleetPod, { facts: b }: FleetPod, load: Load): number {
  return (
    Number(a.isReady) - Number(b.isReady) ||
    load.onNode(a.node) - load.onNode(b.node) ||
    load.inZone(a.zone) - load.inZone(b.zone)
  );
}

/** Lower comes first. */
function urgency({ pod, isBegun }: Candidate): number {
  if (!pod.facts.isReady) return 0;
  return isBegun ? 1 : 2;
}

/** Takes from the zone that has the fewest, one of each node; a pod that is on no node loads none. */
function spread(candidates: readonly Candidate[], load: Load, room: number): readonly FleetPod[] {
  const zones = new Map<string, Candidate[]>();
  const sorted = candidates.toSorted((a, b) => urgency(a) - urgency(b) || inOrder(a.pod, b.pod, load));
  for (const candidate of sorted.toReversed()) {
    const { zone: name } = candidate.pod.facts;
    const zone = zones.get(name) ?? [];
    zones.set(name, zone);
    zone.push(candidate);
  }
  const nodes = new Set<string>();
  const chosen: FleetPod[] = [];
  while (chosen.length < room && zones.size > 0) {
    const [zone = '', waiting = []] = [...zones].reduce((least, next) =>
      isBefore(next, least, load) ? next : least,
    );
    const pod = waiting.pop()?.pod;
    if (pod === undefined) {
      zones.delete(zone);
    } else if (pod.facts.node === '' || !nodes.has(pod.facts.node)) {
      nodes.add(pod.facts.node);
      load.add(pod);
      chosen.push(pod);
    }
  }
  return chosen;
}

type Zone = readonly [name: string, candidates: readonly Candidate[]];

/** The most urgent comes first, then the zone that has the fewest under way. */
function isBefore([a, ofA]: Zone, [b, ofB]: Zone, load: Load): boolean {
  const first = (candidates: readonly Candidate[]) => {
    const candidate = candidates.at(-1);
    return candidate === undefined ? Number.POSITIVE_INFINITY : urgency(candidate);
  };
  const [urgencyOfA, urgencyOfB] = [first(ofA), first(ofB)];
  return urgencyOfA === urgencyOfB ? load.inZone(a) < load.inZone(b) : urgencyOfA < urgencyOfB;
}
