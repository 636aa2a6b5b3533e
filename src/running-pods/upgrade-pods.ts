import type { RunningPod } from '../kubernetes/running-pod.ts';
import { type Departure, departureOf } from './departure.ts';
import { imageWarning, type KubeletWarning } from './image-warning.ts';
import type { ChangeOperation, PodUpgrade } from './plan-upgrade.ts';
import { type RestartProgress, restartProgress } from './restart-progress.ts';

/** Where a pod is found. */
export interface PodKey {
  readonly namespace: string;
  readonly name: string;
}

/** A pod as it was listed; what has its name later may be another one. */
export interface ListedPod extends PodKey {
  readonly uid: string;
}

/** What an upgrade needs of the Kubernetes API; `read` and `patch` give undefined where there is no such pod any more. */
export interface PodAccess {
  read(key: PodKey): Promise<RunningPod | undefined>;
  patch(key: PodKey, operations: readonly ChangeOperation[]): Promise<RunningPod | undefined>;
  /** What the kubelet warned of, the latest last. */
  warnings(key: ListedPod): Promise<readonly KubeletWarning[]>;
}

export interface Clock {
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What became of a pod. */
export type UpgradeOutcome =
  | { readonly outcome: 'upgraded'; readonly milliseconds: number }
  /** Its image is the definition's, and it is on no node yet: it starts with that image when it is. */
  | { readonly outcome: 'moved' }
  /** Its image was the definition's before; only its status says so now. */
  | { readonly outcome: 'recorded' }
  /** It vanished or failed while it was not waited for: no success, also where it was harmless. */
  | {
      readonly outcome: 'gone';
      readonly when: 'before its turn' | 'after its upgrade';
      readonly how: Departure;
    }
  /** It did its work to the end meanwhile. */
  | { readonly outcome: 'ended' }
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
  /** Asked before each pod is patched: why nothing may be moved any more; undefined where it may. */
  readonly whyStop?: () => Promise<string | undefined>;
  /** Told of each pod that is about to be patched, and of each outcome; once more of one that is gone after its upgrade. */
  readonly onStart: (key: PodKey, upgrade: PodUpgrade) => void;
  readonly onEnd: (key: PodKey, outcome: UpgradeOutcome, upgrade: PodUpgrade | undefined) => void;
}

/**
 * Moves the sidecars of pods, a few pods at a time, each awaited before the next one takes its place. After the first
 * that does not come up no other one is begun: who deletes a pod because its sidecar restarted would delete the next one
 * too. At the end all are looked at again. Never rejects.
 */
export async function upgradePods(
  listed: readonly ListedPod[],
  options: UpgradeOptions,
): Promise<readonly UpgradeOutcome[]> {
  let hasFailed = false;
  const outcomes = await forEach(listed, options.maxUnavailable, async pod => {
    const { outcome, upgrade } = hasFailed
      ? { outcome: { outcome: 'stopped' } as const, upgrade: undefined }
      : await upgradePod(pod, options);
    hasFailed ||= outcome.outcome === 'failed';
    options.onEnd(pod, outcome, upgrade);
    return outcome;
  });
  return forEach([...listed.entries()], options.maxUnavailable, async ([index, pod]) => {
    const outcome = outcomes[index] ?? { outcome: 'stopped' };
    const later = isDone(outcome) ? await lookAgain(pod, options.pods) : undefined;
    if (later !== undefined) options.onEnd(pod, later, undefined);
    return later ?? outcome;
  });
}

/** Works on all, some at a time, and returns the results in their order. */
async function forEach<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    // All workers take from one queue.
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

interface UpgradedPod {
  readonly outcome: UpgradeOutcome;
  readonly upgrade: PodUpgrade | undefined;
}

async function upgradePod(key: ListedPod, options: UpgradeOptions): Promise<UpgradedPod> {
  let upgrade: PodUpgrade | undefined;
  try {
    const pod = await options.pods.read(key);
    if (pod === undefined) return { outcome: goneBefore('it was deleted'), upgrade };
    const how = departureOf(key.uid, pod);
    if (how !== undefined) return { outcome: goneBefore(how), upgrade };
    upgrade = options.plan(pod);
    if (upgrade.operations.length === 0) return { outcome: { outcome: 'left' }, upgrade };
    const problem = await options.whyStop?.();
    if (problem !== undefined) return { outcome: { outcome: 'failed', problem }, upgrade };
    options.onStart(key, upgrade);
    const startMs = options.clock.nowMs();
    const patched = await options.pods.patch(key, upgrade.operations);
    if (patched === undefined) return { outcome: goneBefore('it was deleted'), upgrade };
    return { outcome: await untilUp(key, { patched, upgrade, startMs }, options), upgrade };
  } catch (error) {
    return { outcome: { outcome: 'failed', problem: messageOf(error) }, upgrade };
  }
}

function goneBefore(how: Departure): UpgradeOutcome {
  return how === 'it has ended' ? { outcome: 'ended' } : { outcome: 'gone', when: 'before its turn', how };
}

function isDone({ outcome }: UpgradeOutcome): boolean {
  return outcome === 'upgraded' || outcome === 'moved' || outcome === 'recorded';
}

/** Who counts restarts and is not known here may take its time to delete the pod. */
async function lookAgain(key: ListedPod, pods: PodAccess): Promise<UpgradeOutcome | undefined> {
  try {
    const how = departureOf(key.uid, await pods.read(key));
    return how === undefined || how === 'it has ended'
      ? undefined
      : { outcome: 'gone', when: 'after its upgrade', how };
  } catch (error) {
    return { outcome: 'failed', problem: `it cannot be read again after its upgrade: ${messageOf(error)}` };
  }
}

async function untilUp(
  key: ListedPod,
  { patched, upgrade, startMs }: { patched: RunningPod; upgrade: PodUpgrade; startMs: number },
  { pods, clock, timeoutMs }: UpgradeOptions,
): Promise<UpgradeOutcome> {
  if (upgrade.moves.length === 0) return { outcome: 'recorded' };
  let detail = '';
  let settlingSinceMs = startMs;
  while (clock.nowMs() - startMs < timeoutMs) {
    await clock.sleep(intervalMs);
    const progress = await lookAt(key, pods, now => restartProgress(patched, now, upgrade.moves));
    const ended = endOf(progress);
    if (ended !== undefined) return ended;
    const nowMs = clock.nowMs();
    if (progress.state !== 'settling') settlingSinceMs = nowMs;
    const isUp = progress.state === 'up' || nowMs - settlingSinceMs >= neededMs(progress);
    if (isUp) return { outcome: 'upgraded', milliseconds: nowMs - startMs };
    detail = progress.state === 'restarting' ? progress.detail : 'it has not settled yet';
  }
  const told = [detail, await tellImageWarning(key, { upgrade, detail }, pods)].filter(Boolean).join('; ');
  return { outcome: 'failed', problem: `not up again after ${timeoutMs / 1000} s: ${told}` };
}

/** Nothing where the status has told it, or where the warnings cannot be read: the failure counts, not its cause. */
async function tellImageWarning(
  key: ListedPod,
  { upgrade, detail }: { readonly upgrade: PodUpgrade; readonly detail: string },
  pods: PodAccess,
): Promise<string | undefined> {
  if (upgrade.moves.some(({ to }) => detail.includes(to))) return undefined;
  return imageWarning(upgrade.moves, await pods.warnings(key).catch(() => []));
}

/** What there is nothing to wait for any more. */
function endOf(progress: RestartProgress): UpgradeOutcome | undefined {
  if (progress.state === 'unscheduled') return { outcome: 'moved' };
  return progress.state === 'gone' ? goneMeanwhile(progress.how) : undefined;
}

function goneMeanwhile(how: Departure): UpgradeOutcome {
  if (how === 'it has ended') return { outcome: 'ended' };
  const problem = `${how} while its sidecar restarted; kubectl get events may tell by whom`;
  return { outcome: 'failed', problem };
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

function neededMs(progress: RestartProgress): number {
  return settleMs + (progress.state === 'settling' ? (progress.endsWithinMs ?? 0) : 0);
}

/** A restart takes a second or two. */
const intervalMs = 500;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
