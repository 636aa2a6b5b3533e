/** A cluster of pods for upgrades, with a clock that need not be waited for. */

import { Fleet } from '../../../src/fleet/fleet.ts';
import type { FleetEvent, PodOutcome } from '../../../src/fleet/fleet-event.ts';
import type { Phase } from '../../../src/fleet/fleet-pod.ts';
import { FleetRun, type RunOptions } from '../../../src/fleet/fleet-run.ts';
import type { Clock } from '../../../src/fleet/move-pod.ts';
import { FactsReader } from '../../../src/fleet/pod-facts.ts';
import type { ListedPod, PodKey } from '../../../src/fleet/pod-key.ts';
import { type RunningPod, readRunningPod } from '../../../src/kubernetes/running-pod.ts';
import type { KubeletWarning } from '../../../src/running-pods/image-warning.ts';
import { movesBegun } from '../../../src/running-pods/plan-rollback.ts';
import { planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';

/** How a run reaches pods. */
export type Access = RunOptions['pods'];

import { changed, injectedPod, newerLogs, survey } from '../running-pods/pods.ts';

/** A clock that jumps to whoever wakes first, once nobody has anything else to do. */
export function fakeClock(): Clock {
  let nowMs = 0;
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  const wakeFirst = () => {
    const [first] = sleepers.sort((a, b) => a.atMs - b.atMs).splice(0, 1);
    nowMs = first?.atMs ?? nowMs;
    first?.wake();
  };
  return {
    nowMs: () => nowMs,
    sleep: milliseconds =>
      new Promise(wake => {
        sleepers.push({ atMs: nowMs + milliseconds, wake });
        setImmediate(wakeFirst);
      }),
  };
}

/** Pods with a kubelet that restarts a sidecar within some looks at its pod; those that are broken never come up. */
export class FakeCluster implements Access {
  readonly #pods = new Map<string, RunningPod>();
  readonly #looksLeft = new Map<string, number>();
  readonly #broken: ReadonlySet<string>;
  readonly problems = new Map<string, Error>();
  /** What others do when a pod has been patched. */
  onPatch: (name: string) => void = () => undefined;
  /** What the kubelet warns of every pod. */
  warned: readonly KubeletWarning[] | Error = [];
  maxRestarting = 0;

  constructor(names: readonly string[], broken: readonly string[] = []) {
    for (const name of names)
      this.#pods.set(name, withContainer(injectedPod({ metadata: { name, uid: `uid-${name}` } }), 'c1'));
    this.#broken = new Set(broken);
  }

  get keys(): readonly ListedPod[] {
    return [...this.#pods.values()].map(({ metadata: { namespace, name, uid } }) => ({
      namespace,
      name,
      uid,
    }));
  }

  remove(name: string): void {
    this.#pods.delete(name);
  }

  set(name: string, pod: RunningPod): void {
    this.#pods.set(name, pod);
  }

  async read({ name }: PodKey): Promise<RunningPod | undefined> {
    const problem = this.problems.get(name);
    this.problems.delete(name);
    if (problem !== undefined) throw problem;
    const left = this.#looksLeft.get(name);
    const pod = this.#pods.get(name);
    if (pod === undefined || left === undefined || this.#broken.has(name)) return pod;
    if (left > 0) this.#looksLeft.set(name, left - 1);
    else {
      this.#looksLeft.delete(name);
      this.set(name, withContainer(pod, 'c2'));
    }
    return this.#pods.get(name);
  }

  async patch({ name }: PodKey, operations: Parameters<Access['patch']>[1]) {
    const pod = this.#pods.get(name);
    if (pod === undefined) return undefined;
    this.#looksLeft.set(name, 3);
    this.maxRestarting = Math.max(this.maxRestarting, this.#looksLeft.size);
    const after = changed(pod, operations);
    this.set(name, after);
    this.onPatch(name);
    return after;
  }

  async warnings(): Promise<readonly KubeletWarning[]> {
    if (this.warned instanceof Error) throw this.warned;
    return this.warned;
  }

  pod(name: string): RunningPod {
    const pod = this.#pods.get(name);
    if (pod === undefined) throw new Error(`there is no pod ${name}`);
    return pod;
  }

  state(name: string): string | undefined {
    const pod = this.#pods.get(name);
    return pod && survey(pod, newerLogs)[0]?.state;
  }
}

export function withContainer(pod: RunningPod, containerID: string, isUp = true): RunningPod {
  const image = containerID === 'c1' ? 'example.com/logs:v1' : imageOf(pod);
  return withStatus(pod, { image, containerID, started: isUp, ready: isUp, state: { running: {} } });
}

function imageOf({ spec }: RunningPod): unknown {
  return (spec.initContainers?.[0] as { readonly image?: string } | undefined)?.image;
}

export function withState(pod: RunningPod, state: object): RunningPod {
  return withStatus(pod, { containerID: 'c1', started: false, ready: false, state });
}

function withStatus(pod: RunningPod, status: object): RunningPod {
  const initContainerStatuses = [{ name: 'logs', ...status }];
  return readRunningPod({ ...pod, status: { ...pod.status, initContainerStatuses } });
}

/** What became of each pod of a run, in the order of their names, and what was told in its course. */
export interface EndedRun {
  readonly outcomes: readonly PodOutcome['outcome'][];
  readonly ended: readonly PodOutcome[];
  readonly lines: readonly string[];
  readonly events: readonly FleetEvent[];
}

interface RunSettings extends Partial<RunOptions> {
  readonly maxUnavailable?: number;
  /** The Deployment of a pod; `web` by default. */
  readonly workloadOf?: (name: string) => string;
  /** What an earlier run has left of a pod; it waits by default. */
  readonly phaseOf?: (name: string) => Phase;
  /** Given before it begins: what tells it of a pod, and what stops it. */
  readonly onRun?: (take: (pod: RunningPod) => void, stop: (why: string) => void) => void;
  readonly onFleet?: (fleet: Fleet) => void;
}

/** Moves pods of one Deployment to the newer image, without a watch. */
export async function upgrade(
  pods: Access,
  keys: readonly ListedPod[],
  settings: RunSettings = {},
): Promise<EndedRun> {
  const { maxUnavailable = 1, workloadOf = () => 'web', phaseOf = () => 'waiting', ...others } = settings;
  const { onRun, onFleet, ...more } = others;
  const fleet = new Fleet({ count: maxUnavailable });
  const reader = new FactsReader(new Map());
  const factsOf = (pod: RunningPod) => reader.read(pod, `shop/Deployment/${workloadOf(pod.metadata.name)}`);
  for (const key of keys) {
    const facts = factsOf(injectedPod({ metadata: { ...key } }));
    fleet.add({
      facts,
      phase: phaseOf(key.name),
      movedAtMs: phaseOf(key.name) === 'waiting' ? undefined : 0,
    });
  }
  const events: FleetEvent[] = [];
  const run = new FleetRun({
    fleet,
    pods,
    plan: pod => planUpgrade(pod, survey(pod, newerLogs)),
    movesBegun,
    ...{ waves: [], parallel: 100, timeoutMs: 10_000, bakeMs: 0, verification: undefined },
    clock: fakeClock(),
    serverNowMs: () => 0,
    whyStop: async () => undefined,
    isWatching: () => false,
    readAgain: async () => {
      for (const key of keys) {
        const pod = await pods.read(key);
        if (pod === undefined) run.drop(key);
        else run.take(pod, factsOf(pod));
      }
    },
    leave: () => undefined,
    tell: event => events.push(event),
    ...more,
  });
  onFleet?.(fleet);
  onRun?.(
    pod => run.take(pod, factsOf(pod)),
    why => run.stop(why),
  );
  await run.run();
  return readEvents(events);
}

function readEvents(events: readonly FleetEvent[]): EndedRun {
  const ended = new Map<string, PodOutcome>();
  const lines: string[] = [];
  for (const event of events) {
    if (event.event === 'podBegan') lines.push(`begin ${nameIn(event.pod)}`);
    if (event.event !== 'podEnded') continue;
    const { event: _event, pod, workload: _workload, ...outcome } = event;
    lines.push(`${outcome.outcome} ${nameIn(pod)}`);
    ended.set(pod, outcome);
  }
  const inOrder = [...ended].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, outcome]) => outcome);
  return { ended: inOrder, outcomes: inOrder.map(({ outcome }) => outcome), lines, events };
}

function nameIn(pod: string): string {
  return pod.replace('shop/', '');
}
