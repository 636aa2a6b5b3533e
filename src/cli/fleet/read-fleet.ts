import type { WorkloadOwners } from '../../cluster/fleet/workload-owners.ts';
import { upgradeFieldManager } from '../../cluster/names.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { FleetEvent } from '../../fleet/fleet-event.ts';
import type { FleetPod, PodFacts } from '../../fleet/fleet-pod.ts';
import type { FactsReader } from '../../fleet/pod-facts.ts';
import { isGoing, podName, type RunningPod } from '../../kubernetes/running-pod.ts';
import { lastChangeMs } from '../../running-pods/last-change.ts';
import type { PodUpgrade } from '../../running-pods/plan-upgrade.ts';
import type { FleetTask } from './fleet-task.ts';

/** What it takes to reduce the pods of a cluster to a fleet. */
export interface FleetReading {
  readonly task: FleetTask;
  readonly owners: WorkloadOwners;
  readonly facts: FactsReader;
  readonly tell: (event: FleetEvent) => void;
  readonly isDryRun: boolean;
}

/**
 * Reads all pods of the namespaces that are meant, a page at a time: also those that are not meant themselves are what
 * their workload can lose. Tells what is left as it is. Resolves with the version from where a watch goes on.
 */
export async function readFleet(fleet: Fleet, reading: FleetReading): Promise<string | undefined> {
  const { task, tell } = reading;
  const { namespace, selector } = task.selection;
  const selected = selector === undefined ? undefined : await readUids(task);
  let read = 0;
  let version: string | undefined;
  for await (const page of task.pods.versionedPages({ namespace, selector: undefined })) {
    version ??= page.resourceVersion;
    for (const pod of page.pods) {
      if (!isGoing(pod)) fleet.add(await readPod(pod, selected, reading));
    }
    read += page.pods.length;
    tell({ event: 'reading', pods: read });
  }
  return version;
}

async function readUids({ pods, selection }: FleetTask): Promise<ReadonlySet<string>> {
  const uids = new Set<string>();
  for await (const page of pods.pages(selection)) for (const { metadata } of page) uids.add(metadata.uid);
  return uids;
}

async function readPod(
  pod: RunningPod,
  selected: ReadonlySet<string> | undefined,
  { task, owners, facts: reader, tell, isDryRun }: FleetReading,
): Promise<FleetPod> {
  const facts = reader.read(pod, await owners.workloadOf(pod));
  const isSelected = selected?.has(facts.uid) ?? true;
  const plan = isSelected ? task.plan(pod) : undefined;
  if (plan === undefined) return { facts, phase: 'other', movedAtMs: undefined };
  tellPlan(plan, { facts, pod, tell, isDryRun });
  return { facts, ...phaseOf(pod, plan, task) };
}

function tellPlan(
  { moves, operations, obstacles }: PodUpgrade,
  {
    facts,
    pod,
    tell,
    isDryRun,
  }: { facts: PodFacts; pod: RunningPod } & Pick<FleetReading, 'tell' | 'isDryRun'>,
): void {
  const named = { pod: podName(pod), workload: facts.workload };
  if (isDryRun && operations.length > 0) tell({ event: 'wouldMove', moves, ...named });
  for (const obstacle of obstacles) tell({ event: 'podLeft', ...obstacle, ...named });
}

/** What was begun by an earlier run, and is not up, is waited for; what it has moved is watched for a while. */
function phaseOf(
  pod: RunningPod,
  { operations, obstacles }: PodUpgrade,
  task: FleetTask,
): Pick<FleetPod, 'phase' | 'movedAtMs'> {
  if (operations.length > 0) return { phase: 'waiting', movedAtMs: undefined };
  if (obstacles.length > 0) return { phase: 'other', movedAtMs: undefined };
  const moves = task.movesBegun(pod);
  if (moves.length === 0) return { phase: 'current', movedAtMs: undefined };
  const isUp = moves.every(({ container }) => isContainerUp(pod, container));
  return { phase: isUp ? 'current' : 'begun', movedAtMs: lastChangeMs(pod.metadata, upgradeFieldManager) };
}

function isContainerUp({ status }: RunningPod, container: string): boolean {
  const found = status?.initContainerStatuses?.find(({ name }) => name === container);
  return Boolean(found?.started && found.ready);
}
