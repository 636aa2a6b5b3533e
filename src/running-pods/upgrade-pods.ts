import type { RunningPod } from '../kubernetes/running-pod.ts';
import type { ChangeOperation, PodUpgrade } from './plan-upgrade.ts';
import { type RestartProgress, restartProgress } from './restart-progress.ts';

/** Where a pod is found. */
export interface PodKey {
  readonly namespace: string;
  readonly name: string;
}

/** What an upgrade needs of the Kubernetes API; both give undefined where there is no such pod any more. */
export interface PodAccess {
  read(key: PodKey): Promise<RunningPod | undefined>;
  patch(key: PodKey, operations: readonly ChangeOperation[]): Promise<RunningPod | undefined>;
}

export interface Clock {
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What became of a pod. */
export type UpgradeOutcome =
  | { readonly outcome: 'upgraded'; readonly milliseconds: number }
  | { readonly outcome: 'gone' }
  /** There was nothing to move, or nothing that could be moved in place. */
  | { readonly outcome: 'left' }
  | { readonly outcome: 'failed'; readonly problem: string }
  /** Not begun, because another one failed. */
  | { readonly outcome: 'stopped' };

export interface UpgradeOptions {
  readonly pods: PodAccess;
  /** Plans anew for each pod when its turn has come: it may have changed meanwhile. */
  readonly plan: (pod: RunningPod) => PodUpgrade;
  /** How many pods may have sidecars that restart, at most. */
  readonly maxUnavailable: number;
  /** How long the sidecars of one pod may take until they are up again. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Told of each pod that is about to be patched, and of each outcome. */
  readonly onStart: (key: PodKey, upgrade: PodUpgrade) => void;
  readonly onEnd: (key: PodKey, outcome: UpgradeOutcome, upgrade: PodUpgrade | undefined) => void;
}

/**
 * Moves the sidecars of pods, a few pods at a time, each awaited before the next one takes its place. After the first
 * that does not come up no other one is begun. Never rejects.
 */
export async function upgradePods(
  keys: readonly PodKey[],
  options: UpgradeOptions,
): Promise<readonly UpgradeOutcome[]> {
  const outcomes: UpgradeOutcome[] = [];
  const queue = keys.values();
  let hasFailed = false;
  const work = async () => {
    // All workers take from one queue.
    for (const key of queue) {
      const { outcome, upgrade } = hasFailed
        ? { outcome: { outcome: 'stopped' } as const, upgrade: undefined }
        : await upgradePod(key, options);
      hasFailed ||= outcome.outcome === 'failed';
      options.onEnd(key, outcome, upgrade);
      outcomes.push(outcome);
    }
  };
  await Promise.all(Array.from({ length: options.maxUnavailable }, work));
  return outcomes;
}

interface UpgradedPod {
  readonly outcome: UpgradeOutcome;
  readonly upgrade: PodUpgrade | undefined;
}

async function upgradePod(key: PodKey, options: UpgradeOptions): Promise<UpgradedPod> {
  let upgrade: PodUpgrade | undefined;
  try {
    const pod = await options.pods.read(key);
    if (pod === undefined) return { outcome: { outcome: 'gone' }, upgrade };
    upgrade = options.plan(pod);
    if (upgrade.operations.length === 0) return { outcome: { outcome: 'left' }, upgrade };
    options.onStart(key, upgrade);
    const startMs = options.clock.nowMs();
    const patched = await options.pods.patch(key, upgrade.operations);
    if (patched === undefined) return { outcome: { outcome: 'gone' }, upgrade };
    return { outcome: await untilUp(key, { patched, upgrade, startMs }, options), upgrade };
  } catch (error) {
    return { outcome: { outcome: 'failed', problem: messageOf(error) }, upgrade };
  }
}

async function untilUp(
  key: PodKey,
  { patched, upgrade, startMs }: { patched: RunningPod; upgrade: PodUpgrade; startMs: number },
  { pods, clock, timeoutMs }: UpgradeOptions,
): Promise<UpgradeOutcome> {
  const containers = upgrade.moves.map(({ container }) => container);
  if (containers.length === 0) return { outcome: 'upgraded', milliseconds: 0 };
  let detail = '';
  let settlingSinceMs = startMs;
  while (clock.nowMs() - startMs < timeoutMs) {
    await clock.sleep(intervalMs);
    const progress = await lookAt(key, pods, now => restartProgress(patched, now, containers));
    if (progress.state === 'gone') return { outcome: 'gone' };
    const nowMs = clock.nowMs();
    if (progress.state !== 'settling') settlingSinceMs = nowMs;
    const isUp = progress.state === 'up' || nowMs - settlingSinceMs >= settleMs;
    if (isUp) return { outcome: 'upgraded', milliseconds: nowMs - startMs };
    detail = progress.state === 'restarting' ? progress.detail : 'it has not settled yet';
  }
  return { outcome: 'failed', problem: `not up again after ${timeoutMs / 1000} s: ${detail}` };
}

async function lookAt(
  key: PodKey,
  pods: PodAccess,
  judge: (now: RunningPod | undefined) => RestartProgress,
): Promise<RestartProgress> {
  try {
    return judge(await pods.read(key));
  } catch (error) {
    // An API server that restarts is back in time.
    return { state: 'restarting', detail: messageOf(error) };
  }
}

/** Longer than the kubelet needs for the first probes, which run every second. */
const settleMs = 5000;

/** A restart takes a second or two. */
const intervalMs = 500;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
