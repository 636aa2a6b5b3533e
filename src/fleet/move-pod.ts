import { isObject } from '../kubernetes/json.ts';
import type { RunningPod } from '../kubernetes/running-pod.ts';
import type { ChangeOperation } from '../running-pods/change-pod.ts';
import { type Departure, departureOf } from '../running-pods/departure.ts';
import { imageWarning, type KubeletWarning } from '../running-pods/image-warning.ts';
import type { ImageMove, PodUpgrade } from '../running-pods/plan-upgrade.ts';
import { type RestartProgress, restartProgress } from '../running-pods/restart-progress.ts';
import type { PodOutcome } from './fleet-event.ts';
import type { ListedPod, PodKey } from './pod-key.ts';

/** What it takes of the Kubernetes API; each gives undefined where there is no such pod any more. */
export interface PodAccess {
  /** As the API server has it now. */
  read(key: PodKey): Promise<RunningPod | undefined>;
  /** As it was last told by a watch, which costs no request; read where nothing watches. */
  look(key: ListedPod): Promise<RunningPod | undefined>;
  patch(key: PodKey, operations: readonly ChangeOperation[]): Promise<RunningPod | undefined>;
  /** What the kubelet warned of, the latest last. */
  warnings(key: ListedPod): Promise<readonly KubeletWarning[]>;
}

export interface Clock {
  /** Goes only forward. */
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface MoveOptions {
  readonly pods: PodAccess;
  /** Plans anew when the turn of a pod has come: it may have changed meanwhile. */
  readonly plan: (pod: RunningPod) => PodUpgrade;
  /** How long the sidecars of one pod may take until they are up again. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Asked before each pod is patched: why nothing may be moved any more; undefined where it may. */
  readonly whyStop: (key: PodKey) => Promise<string | undefined>;
  /** Told when a pod is about to be patched. */
  readonly onStart: (moves: readonly ImageMove[]) => void;
}

/** Moves the sidecars of a pod and waits until they are up again. Never rejects. */
export async function movePod(key: ListedPod, options: MoveOptions): Promise<PodOutcome> {
  try {
    // Before it is read: who is waited for may change it.
    const problem = await options.whyStop(key);
    if (problem !== undefined) return { outcome: 'failed', problem };
    const begun = (await begin(key, options)) ?? (await begin(key, options, { isLast: true }));
    if (begun === undefined || 'outcome' in begun) return begun ?? { outcome: 'left' };
    return await untilUp(key, begun, options);
  } catch (error) {
    return { outcome: 'failed', problem: messageOf(error) };
  }
}

/** Reads, plans and patches a pod; undefined where it was changed between the first and the last. */
async function begin(
  key: ListedPod,
  { pods, plan, onStart, clock }: MoveOptions,
  { isLast = false } = {},
): Promise<Begun | PodOutcome | undefined> {
  const pod = await pods.read(key);
  const how = departureOf(key.uid, pod);
  if (pod === undefined || how !== undefined) return goneBefore(how ?? 'it was deleted');
  const { moves, operations } = plan(pod);
  if (operations.length === 0) return { outcome: 'left' };
  onStart(moves);
  const startMs = clock.nowMs();
  try {
    const patched = await pods.patch(key, operations);
    return patched === undefined ? goneBefore('it was deleted') : { patched, moves, startMs };
  } catch (error) {
    if (!isLast && isObject(error) && error['status'] === unprocessable) return undefined;
    throw error;
  }
}

/** What the API server answers where a test of a JSON Patch fails. */
const unprocessable = 422;

/** Waits for the sidecars of a pod that somebody else has begun, and did not wait for. Never rejects. */
export async function awaitPod(
  key: ListedPod,
  movesBegun: (pod: RunningPod) => readonly ImageMove[],
  options: MoveOptions,
): Promise<PodOutcome> {
  try {
    const pod = await options.pods.read(key);
    const how = departureOf(key.uid, pod);
    if (pod === undefined || how !== undefined) return goneBefore(how ?? 'it was deleted');
    // What ran before is not known: any container of the new image is a new one.
    const patched = { ...pod, status: { ...pod.status, initContainerStatuses: [] } };
    const startMs = options.clock.nowMs();
    return await untilUp(key, { patched, moves: movesBegun(pod), startMs }, options);
  } catch (error) {
    return { outcome: 'failed', problem: messageOf(error) };
  }
}

/** What to say of a pod that was to be moved, and left before. */
export function goneBefore(how: Departure): PodOutcome {
  return how === 'it has ended' ? { outcome: 'ended' } : { outcome: 'gone', when: 'before its turn', how };
}

interface Begun {
  readonly patched: RunningPod;
  readonly moves: readonly ImageMove[];
  readonly startMs: number;
}

async function untilUp(key: ListedPod, begun: Begun, options: MoveOptions): Promise<PodOutcome> {
  const { moves, startMs } = begun;
  const { pods, clock, timeoutMs } = options;
  if (moves.length === 0) return { outcome: 'recorded' };
  const look = lookFor(key, begun, options);
  let detail = '';
  for (let isLast = false; !isLast; ) {
    await clock.sleep(intervalMs);
    isLast = clock.nowMs() - startMs >= timeoutMs;
    const progress = await look(isLast);
    const ended = endOf(progress, clock.nowMs() - startMs);
    if (ended !== undefined) return ended;
    detail = progress.state === 'restarting' ? progress.detail : 'it has not settled yet';
  }
  const told = [detail, await tellImageWarning(key, { moves, detail }, pods)].filter(Boolean).join('; ');
  return { outcome: 'failed', problem: `not up again after ${timeoutMs / 1000} s: ${told}` };
}

/**
 * Looks how far a pod is. What was told of it counts, but where time alone says that it is up, or that it is not, it is
 * read: a watch that says nothing may be one that has broken.
 */
function lookFor(
  key: ListedPod,
  { patched, moves, startMs }: Begun,
  { pods, clock }: MoveOptions,
): (isLast: boolean) => Promise<RestartProgress> {
  let settlingSinceMs = startMs;
  const judge = (now: RunningPod | undefined) => restartProgress(patched, now, moves);
  const hasSettled = (progress: RestartProgress) =>
    progress.state === 'settling' && clock.nowMs() - settlingSinceMs >= neededMs(progress);
  return async isLast => {
    const told = await lookAt(() => pods.look(key), judge);
    if (told.state !== 'settling') settlingSinceMs = clock.nowMs();
    if (!isLast && !hasSettled(told)) return told;
    const read = await lookAt(() => pods.read(key), judge);
    return hasSettled(read) ? { state: 'up' } : read;
  };
}

/** Nothing where the status has told it, or where the warnings cannot be read: the failure counts, not its cause. */
async function tellImageWarning(
  key: ListedPod,
  { moves, detail }: { readonly moves: readonly ImageMove[]; readonly detail: string },
  pods: PodAccess,
): Promise<string | undefined> {
  if (moves.some(({ to }) => detail.includes(to))) return undefined;
  return imageWarning(moves, await pods.warnings(key).catch(() => []));
}

/** What there is nothing to wait for any more. */
function endOf(progress: RestartProgress, milliseconds: number): PodOutcome | undefined {
  if (progress.state === 'up') return { outcome: 'upgraded', milliseconds };
  if (progress.state === 'unscheduled') return { outcome: 'moved' };
  return progress.state === 'gone' ? goneMeanwhile(progress.how) : undefined;
}

function goneMeanwhile(how: Departure): PodOutcome {
  if (how === 'it has ended') return { outcome: 'ended' };
  const problem = `${how} while its sidecar restarted; kubectl get events may tell by whom`;
  return { outcome: 'failed', problem };
}

async function lookAt(
  look: () => Promise<RunningPod | undefined>,
  judge: (now: RunningPod | undefined) => RestartProgress,
): Promise<RestartProgress> {
  try {
    return judge(await look());
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
