/** A cluster of pods for upgrades, with a clock that need not be waited for. */
import { type RunningPod, readRunningPod } from '../../../src/kubernetes/running-pod.ts';
import type { KubeletWarning } from '../../../src/running-pods/image-warning.ts';
import { planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';
import {
  type Clock,
  type ListedPod,
  type PodAccess,
  type PodKey,
  upgradePods,
} from '../../../src/running-pods/upgrade-pods.ts';
import { changed, injectedPod, newerLogs, survey } from './pods.ts';

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
export class FakeCluster implements PodAccess {
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
    for (const name of names) this.#pods.set(name, withContainer(injectedPod({ metadata: { name } }), 'c1'));
    this.#broken = new Set(broken);
  }

  get keys(): readonly ListedPod[] {
    return [...this.#pods.keys()].map(name => ({ namespace: 'shop', name, uid: 'uid-1' }));
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

  async patch({ name }: PodKey, operations: Parameters<PodAccess['patch']>[1]) {
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

/** Upgrades pods of such a cluster to the newer image and tells what became of each, and in which order. */
export function upgrade(
  cluster: FakeCluster,
  maxUnavailable = 1,
  keys = cluster.keys,
  whyStop?: () => Promise<string | undefined>,
) {
  const lines: string[] = [];
  const outcomes = upgradePods(keys, {
    pods: cluster,
    plan: pod => planUpgrade(pod, survey(pod, newerLogs)),
    maxUnavailable,
    timeoutMs: 10_000,
    clock: fakeClock(),
    ...(whyStop && { whyStop }),
    onStart: ({ name }) => lines.push(`begin ${name}`),
    onEnd: ({ name }, { outcome }) => lines.push(`${outcome} ${name}`),
  });
  return outcomes.then(ended => ({ outcomes: ended.map(({ outcome }) => outcome), ended, lines }));
}
