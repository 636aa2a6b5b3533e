import type { Workload } from './fleet.ts';
import type { FleetEvent, WaveSize } from './fleet-event.ts';
import type { FleetPod } from './fleet-pod.ts';
import { roundedUp, type Share } from './share.ts';

/** Workloads whose pods are moved before those of the next wave. */
export type Wave = readonly Workload[];

/**
 * Parts workloads into waves. Each share says how many pods have been moved after its wave, of all that have the sidecars
 * or get them; a workload is moved as a whole. What the shares leave is a last wave. Workloads of several pods come first,
 * the smallest of them before the others: where something goes wrong it costs one pod of several. Those of one pod, which
 * lose it while it restarts, come last.
 *
 * The order depends on nothing that a run changes: what was begun and broken off is parted in the same way again.
 */
export function partIntoWaves(workloads: Iterable<Workload>, shares: readonly Share[]): readonly Wave[] {
  const meant = [...workloads]
    .map(workload => ({ workload, pods: countMeant(workload) }))
    .filter(({ pods }) => pods > 0);
  if (shares.length === 0) return meant.length === 0 ? [] : [meant.map(({ workload }) => workload)];
  meant.sort((a, b) => inOrder(a.workload, b.workload));
  const total = meant.reduce((sum, { pods }) => sum + pods, 0);
  const waves: Workload[][] = [];
  let moved = 0;
  let index = 0;
  for (const share of [...shares, { percent: 100 }]) {
    const wave: Workload[] = [];
    for (let next = meant[index]; next && moved < roundedUp(share, total); next = meant[++index]) {
      wave.push(next.workload);
      moved += next.pods;
    }
    if (wave.length > 0) waves.push(wave);
  }
  return waves;
}

/** Pods that are not meant are part of no wave. */
function countMeant({ pods }: Workload): number {
  return [...pods].filter(({ phase }) => phase !== 'other').length;
}

function inOrder(a: Workload, b: Workload): number {
  const isSingle = ({ pods }: Workload) => (pods.size === 1 ? 1 : 0);
  return isSingle(a) - isSingle(b) || a.pods.size - b.pods.size || (a.key < b.key ? -1 : 1);
}

/** The pods of a wave that are in a phase. */
export function podsOf(wave: Wave, phase: FleetPod['phase']): readonly FleetPod[] {
  return wave.flatMap(({ pods }) => [...pods].filter(pod => pod.phase === phase));
}

/** What is to be done in a wave. */
export function sizeOf(wave: Wave): WaveSize {
  const pods = podsOf(wave, 'waiting').length + podsOf(wave, 'begun').length;
  return { pods, workloads: wave.length };
}

/** What is told of waves before the first begins. */
export function planOf(waves: readonly Wave[]): FleetEvent {
  const namespaces = new Set(waves.flat().map(({ key }) => key.split('/', 1)[0]));
  return { event: 'planned', namespaces: namespaces.size, waves: waves.map(sizeOf) };
}
