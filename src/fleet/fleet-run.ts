import type { RunningPod } from '../kubernetes/running-pod.ts';
import { type Departure, departureOf } from '../running-pods/departure.ts';
import type { ImageMove } from '../running-pods/plan-upgrade.ts';
import { bake, type Verification, verify } from './after-wave.ts';
import { choosePods } from './choose-pods.ts';
import type { Fleet, Hold } from './fleet.ts';
import type { FleetEvent, PodOfWorkload, PodOutcome } from './fleet-event.ts';
import type { FleetPod, PodFacts } from './fleet-pod.ts';
import { awaitPod, goneBefore, type MoveOptions, movePod, type PodAccess } from './move-pod.ts';
import { stateOf } from './pod-facts.ts';
import type { ListedPod } from './pod-key.ts';
import type { Share } from './share.ts';
import { Watched } from './watched.ts';
import { partIntoWaves, planOf, podsOf, sizeOf, type Wave } from './waves.ts';

export interface RunOptions extends Omit<MoveOptions, 'pods' | 'onStart'> {
  readonly pods: Omit<PodAccess, 'look'>;
  /** Whether {@link FleetRun.take} is told at once what becomes of pods; where it is not, those under way are read. */
  readonly isWatching: () => boolean;
  readonly fleet: Fleet;
  /** What an earlier run has begun in a pod. */
  readonly movesBegun: (pod: RunningPod) => readonly ImageMove[];
  readonly waves: readonly Share[];
  /** How many pods may be under way at once, over all workloads. */
  readonly parallel: number;
  /** How long pods are watched after each wave but the last. */
  readonly bakeMs: number;
  readonly verification: Verification | undefined;
  /** What time it is for the API server, in milliseconds since 1970. */
  readonly serverNowMs: () => number;
  /** Reads all pods again and tells {@link FleetRun.take} and {@link FleetRun.keepOnly} of them. */
  readonly readAgain: () => Promise<void>;
  /** Called when nothing is left to do in a namespace. */
  readonly leave: (namespace: string) => void;
  readonly tell: (event: FleetEvent) => void;
}

/**
 * Moves the pods of a fleet, wave by wave, and never more of them at once than their workloads can lose. After the first
 * that does not come up no other one is begun: who deletes a pod because its sidecar restarted would delete the next one
 * too. Nothing is kept of a run but what stands on the pods: the next one goes on from there.
 */
export class FleetRun {
  readonly #options: RunOptions;
  /** What has been told last of those that are under way. */
  readonly #latest = new Map<FleetPod, RunningPod | 'gone'>();
  readonly #moving = new Set<FleetPod>();
  readonly #watched = new Watched();
  readonly #counts = { moved: 0, left: 0 };
  /** How many have come up again. */
  #proofs = 0;
  /** How many have another image. */
  #changes = 0;
  /** How many pods are still to be seen through, by namespace. */
  readonly #toDo = new Map<string, number>();
  #stopped: string | undefined;
  #waiting = '';

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** Takes in a pod as a watch or a list tells it. */
  take(pod: RunningPod, facts: PodFacts): void {
    const { fleet } = this.#options;
    if (this.#knows(facts) === undefined) this.#drop(fleet.get(facts));
    const known = fleet.get(facts);
    if (known !== undefined && this.#moving.has(known)) this.#latest.set(known, pod);
    const how = departureOf(facts.uid, pod);
    if (how !== undefined) this.#takeLeave(known, how);
    else if (known === undefined) fleet.add({ facts, phase: 'other', movedAtMs: undefined });
    else fleet.update(known, facts);
  }

  /** Takes in that there is no such pod any more. */
  drop(key: ListedPod): void {
    this.#drop(this.#knows(key));
  }

  /** Takes in that there are no other pods. */
  keepOnly(isThere: (key: ListedPod) => boolean): void {
    for (const pod of [...this.#options.fleet.pods]) if (!isThere(pod.facts)) this.#drop(pod);
  }

  /** Begins nothing more. */
  stop(why: string): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = why;
    this.#options.tell({ event: 'stopped', why });
  }

  /** Never rejects. */
  async run(): Promise<void> {
    const { fleet, waves: shares, tell } = this.#options;
    const waves = partIntoWaves(fleet.workloads, shares).filter(wave => this.#isOpen(wave));
    tell(planOf(waves));
    for (const pod of waves.flatMap(wave => podsOf(wave, 'current'))) {
      if (pod.movedAtMs !== undefined) this.#watched.add(pod);
    }
    for (const { facts } of waves.flatMap(wave => [...podsOf(wave, 'waiting'), ...podsOf(wave, 'begun')])) {
      this.#toDo.set(facts.namespace, (this.#toDo.get(facts.namespace) ?? 0) + 1);
    }
    for (const [index, wave] of waves.entries()) {
      if (this.#stopped !== undefined) break;
      await this.#runWave(wave, { wave: index + 1, waves: waves.length });
    }
    for (const pod of waves.flatMap(wave => podsOf(wave, 'waiting'))) this.#end(pod, { outcome: 'stopped' });
    await this.#options.readAgain().catch((error: unknown) => {
      this.stop(
        `the pods cannot be read again at the end: ${error instanceof Error ? error.message : error}`,
      );
    });
    tell({ event: 'ended' });
  }

  /** Whether there is anything to do, or to wait for, in a wave. */
  #isOpen(wave: Wave): boolean {
    const isToDo = (['waiting', 'begun'] as const).some(phase => podsOf(wave, phase).length > 0);
    return isToDo || this.#bakesUntilMs(wave) > this.#options.serverNowMs();
  }

  /** Of pods that an earlier run has moved: when they have been watched for long enough. */
  #bakesUntilMs(wave: Wave): number {
    const movedAtMs = podsOf(wave, 'current').map(pod => pod.movedAtMs ?? 0);
    return movedAtMs.reduce((latest, next) => Math.max(latest, next), 0) + this.#options.bakeMs;
  }

  async #runWave(wave: Wave, { wave: number, waves }: { readonly wave: number; readonly waves: number }) {
    const { bakeMs, tell, serverNowMs } = this.#options;
    const earlierMs = this.#bakesUntilMs(wave) - serverNowMs();
    tell({ event: 'waveBegan', wave: number, ...sizeOf(wave) });
    const changesBefore = this.#changes;
    for (const pod of podsOf(wave, 'begun')) this.#begin(pod);
    await this.#moveAll(wave);
    const forMs = this.#changes > changesBefore ? bakeMs : Math.max(earlierMs, 0);
    const after = {
      ...{ ...this.#options, watched: this.#watched, wave: number, waves, counts: this.#counts },
      stop: (why: string) => this.stop(why),
      isStopped: () => this.#stopped !== undefined,
    };
    if (number < waves) await bake(after, forMs);
    await verify(after);
  }

  /** Begins what may be begun until nothing is left to begin, or to wait for. */
  async #moveAll(wave: Wave): Promise<void> {
    const { clock, timeoutMs } = this.#options;
    let idleSinceMs: number | undefined;
    while (this.#moving.size > 0 || (this.#stopped === undefined && podsOf(wave, 'waiting').length > 0)) {
      const holds = this.#stopped === undefined ? this.#beginAll(wave) : [];
      if (holds !== undefined) this.#tellWaiting(holds);
      if (this.#moving.size > 0) idleSinceMs = undefined;
      else idleSinceMs ??= clock.nowMs();
      if (idleSinceMs !== undefined && clock.nowMs() - idleSinceMs >= timeoutMs) this.#giveUp(wave);
      await clock.sleep(tickMs);
    }
    this.#tellWaiting([]);
  }

  /**
   * The first is begun alone, and each that has come up makes room for one more: what is wrong hurts few. Says what keeps
   * the others; undefined where there is no room for any, and nobody is asked.
   */
  #beginAll(wave: Wave): readonly Hold[] | undefined {
    const { fleet, parallel } = this.#options;
    const most = Math.min(parallel, 1 + this.#proofs);
    for (;;) {
      const room = most - this.#moving.size;
      if (room <= 0) return undefined;
      const choice = choosePods(fleet, wave, { moving: this.#moving, room });
      // One of them may be in the way of the next.
      const pods = choice.pods.filter(pod => fleet.holdOf(pod) === undefined && this.#begin(pod));
      if (pods.length === 0) return choice.holds;
    }
  }

  /** What did not come in time is left, and the run goes on without it. */
  #giveUp(wave: Wave): void {
    for (const pod of podsOf(wave, 'waiting')) {
      const why = this.#options.fleet.holdOf(pod)?.why ?? 'nothing';
      this.#end(pod, { outcome: 'blocked', why });
    }
  }

  #begin(pod: FleetPod): true {
    const isBegun = pod.phase === 'begun';
    pod.phase = 'moving';
    this.#moving.add(pod);
    void this.#move(pod, isBegun);
    return true;
  }

  /** Sees a pod through. */
  async #move(pod: FleetPod, isBegun: boolean): Promise<void> {
    const { pods, tell, movesBegun } = this.#options;
    const key: ListedPod = pod.facts;
    const named = nameOf(pod);
    const options: MoveOptions = {
      ...this.#options,
      pods: {
        read: () => this.#read(pod),
        look: () => this.#look(pod),
        patch: (_key, operations) => pods.patch(key, operations),
        warnings: () => pods.warnings(key),
      },
      onStart: moves => tell({ event: 'podBegan', moves, ...named }),
    };
    const outcome = isBegun ? await awaitPod(key, movesBegun, options) : await movePod(key, options);
    this.#end(pod, outcome);
  }

  /** What was told last, which is mostly what the change itself brought about. */
  async #look(pod: FleetPod): Promise<RunningPod | undefined> {
    const latest = this.#options.isWatching() ? this.#latest.get(pod) : undefined;
    return latest === undefined ? this.#read(pod) : latest === 'gone' ? undefined : latest;
  }

  async #read(pod: FleetPod): Promise<RunningPod | undefined> {
    const now = await this.#options.pods.read(pod.facts);
    if (now?.metadata.uid === pod.facts.uid) pod.facts = { ...pod.facts, ...stateOf(now) };
    return now;
  }

  #end(pod: FleetPod, outcome: PodOutcome): void {
    this.#moving.delete(pod);
    this.#latest.delete(pod);
    if (outcome.outcome === 'upgraded') this.#proofs++;
    if (outcome.outcome === 'upgraded' || outcome.outcome === 'moved') this.#changes++;
    const isMoved = ['upgraded', 'moved', 'recorded'].includes(outcome.outcome);
    pod.phase = isMoved ? 'moved' : 'over';
    if (isMoved) this.#watched.add(pod);
    this.#counts[isMoved ? 'moved' : 'left']++;
    this.#options.tell({ event: 'podEnded', ...nameOf(pod), ...outcome });
    if (outcome.outcome === 'failed') this.stop(`${nameOf(pod).pod} failed`);
    const { namespace } = pod.facts;
    const toDo = (this.#toDo.get(namespace) ?? 0) - 1;
    this.#toDo.set(namespace, toDo);
    if (toDo === 0) this.#options.leave(namespace);
  }

  /** What has the name of a pod may be another one. */
  #knows({ uid, ...key }: ListedPod): FleetPod | undefined {
    const found = this.#options.fleet.get(key);
    return found?.facts.uid === uid ? found : undefined;
  }

  #drop(pod: FleetPod | undefined): void {
    if (pod !== undefined && this.#moving.has(pod)) this.#latest.set(pod, 'gone');
    this.#takeLeave(pod, 'it was deleted');
  }

  /** One that is under way tells that by itself. */
  #takeLeave(pod: FleetPod | undefined, how: Departure): void {
    if (pod === undefined || this.#options.fleet.get(pod.facts) !== pod) return;
    const { fleet, tell } = this.#options;
    fleet.remove(pod);
    this.#watched.delete(pod);
    if (pod.phase === 'waiting' || pod.phase === 'begun') this.#end(pod, goneBefore(how));
    else if (pod.phase === 'moved' && how !== 'it has ended') {
      tell({ event: 'podEnded', ...nameOf(pod), outcome: 'gone', when: 'after its upgrade', how });
    }
  }

  /** Tells what nothing goes on for, not what comes by itself. */
  #tellWaiting(holds: readonly Hold[]): void {
    const reasons = [...new Set(holds.filter(({ endsByItself }) => !endsByItself).map(({ why }) => why))];
    const told =
      reasons.length > maxReasons
        ? [...reasons.slice(0, maxReasons), `${reasons.length - maxReasons} more`]
        : reasons;
    const text = told.join('\n');
    if (text === this.#waiting) return;
    this.#waiting = text;
    this.#options.tell({ event: 'waiting', reasons: told });
  }
}

const maxReasons = 5;

/** How often it is looked what may be begun. */
const tickMs = 250;

function nameOf({ facts: { namespace, name, workload } }: FleetPod): PodOfWorkload {
  return { pod: `${namespace}/${name}`, workload };
}
