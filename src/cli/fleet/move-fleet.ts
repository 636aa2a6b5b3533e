import { setTimeout as sleep } from 'node:timers/promises';
import { readNodeZones } from '../../cluster/fleet/node-zones.ts';
import { WorkloadOwners } from '../../cluster/fleet/workload-owners.ts';
import { Fleet } from '../../fleet/fleet.ts';
import { FleetRun } from '../../fleet/fleet-run.ts';
import { FactsReader } from '../../fleet/pod-facts.ts';
import type { ListedPod } from '../../fleet/pod-key.ts';
import { partIntoWaves, planOf } from '../../fleet/waves.ts';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import type { PodUpgrade } from '../../running-pods/plan-upgrade.ts';
import { keepMemorySmall } from '../keep-memory-small.ts';
import { tell } from '../print.ts';
import type { FleetSettings } from './fleet-options.ts';
import type { FleetTask } from './fleet-task.ts';
import { followBudgets } from './follow-budgets.ts';
import { type FleetReading, readFleet } from './read-fleet.ts';
import { type RunReport, reportFor } from './report-for.ts';
import { verificationBy } from './run-verification.ts';
import { TouchedNamespaces } from './touched-namespaces.ts';

/**
 * Does to the pods of a fleet what a command says, and tells it. Resolves with the exit code.
 *
 * @throws ApiError where the pods cannot be read.
 */
export async function moveFleet(task: FleetTask, settings: FleetSettings): Promise<number> {
  keepMemorySmall();
  const report = await reportFor({ kind: task.kind, context: task.context, output: settings.output });
  try {
    await readAndMove(task, settings, report);
  } catch (error) {
    report.breakOff();
    throw error;
  }
  return report.end();
}

async function readAndMove(task: FleetTask, settings: FleetSettings, report: RunReport): Promise<void> {
  const { client, selection } = task;
  const fleet = new Fleet(settings.maxUnavailable);
  const owners = new WorkloadOwners(client);
  await owners.load(selection.namespace);
  const reading: FleetReading = {
    ...{ task, owners, isDryRun: settings.isDryRun },
    facts: new FactsReader(await readNodeZones(client)),
    tell: event => report.tell(event),
  };
  const resourceVersion = await readFleet(fleet, reading);
  const isAnyToDo = [...fleet.pods].some(({ phase }) => phase === 'waiting' || phase === 'begun');
  if (isAnyToDo && settings.isDryRun) report.tell(planOf(partIntoWaves(fleet.workloads, settings.waves)));
  if (isAnyToDo && !settings.isDryRun) await move(fleet, settings, { ...reading, resourceVersion });
}

interface ReadFleet extends FleetReading {
  /** From where a watch goes on. */
  readonly resourceVersion: string | undefined;
}

async function move(fleet: Fleet, settings: FleetSettings, read: ReadFleet): Promise<void> {
  const { task } = read;
  const ending = new AbortController();
  const { signal } = ending;
  const namespaces = new TouchedNamespaces(task.client, (namespace, why) =>
    run.stop(`namespace ${namespace}: ${why}`),
  );
  const watch = { isWatching: true };
  const whyStop = onceASecond(task.whyStop);
  const run = new FleetRun({
    ...{ fleet, pods: task.pods, movesBegun: task.movesBegun, tell: read.tell },
    plan: pod => task.plan(pod) ?? nothingToDo,
    ...{ waves: settings.waves, parallel: settings.parallel, timeoutMs: settings.timeoutMs },
    bakeMs: settings.bakeMs,
    verification:
      settings.verify === undefined ? undefined : verificationBy(settings.verify, settings.timeoutMs),
    clock: { nowMs: () => performance.now(), sleep },
    serverNowMs: () => Date.now() - (task.client.clockAheadMs ?? 0),
    whyStop: async ({ namespace }) => (await whyStop()) ?? (await namespaces.whyNotIn(namespace)),
    isWatching: () => watch.isWatching,
    readAgain: () => readAgain(run, read),
    leave: namespace => namespaces.leave(namespace),
  });
  const interrupt = () => run.stop('interrupted; those under way are waited for, once more ends at once');
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    if (!settings.areBudgetsIgnored) await followBudgets(fleet, { task, signal });
    void followPods(run, { fleet, read, watch, signal });
    await run.run();
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    ending.abort();
    await namespaces.leaveAll();
  }
}

const nothingToDo: PodUpgrade = { moves: [], obstacles: [], operations: [] };

interface Following {
  readonly fleet: Fleet;
  readonly read: ReadFleet;
  readonly watch: { isWatching: boolean };
  readonly signal: AbortSignal;
}

/** Tells a run what becomes of pods until the signal ends it. */
async function followPods(run: FleetRun, { fleet, read, watch, signal }: Following): Promise<void> {
  const { task, resourceVersion } = read;
  let telling: NodeJS.Timeout | undefined;
  const onProblem = (problem: string | undefined) => {
    watch.isWatching = problem === undefined;
    clearTimeout(telling);
    const text = `pods cannot be watched, those under way are read instead: ${problem}`;
    if (problem !== undefined) telling = setTimeout(tell, patienceMs, text);
  };
  const { namespace } = task.selection;
  const events = task.pods.watch(namespace, { resourceVersion, signal, onProblem });
  for await (const event of events) {
    if (event.kind === 'listedAnew') run.keepOnly(({ uid }) => event.uids.has(uid));
    else if (event.kind === 'deleted') run.drop(event.object.metadata);
    else await take(run, event.object, { fleet, read });
  }
  clearTimeout(telling);
}

/** A watch that breaks off is mostly back before. */
const patienceMs = 10_000;

async function readAgain(run: FleetRun, read: ReadFleet): Promise<void> {
  const { namespace } = read.task.selection;
  const found = new Set<string>();
  for await (const page of read.task.pods.pages({ namespace, selector: undefined })) {
    for (const pod of page) {
      found.add(nameWithUid(pod.metadata));
      await take(run, pod, { read });
    }
  }
  run.keepOnly(key => found.has(nameWithUid(key)));
}

function nameWithUid({ namespace, name, uid }: ListedPod): string {
  return `${namespace}/${name}/${uid}`;
}

/** What a pod belongs to is asked once. */
async function take(
  run: FleetRun,
  pod: RunningPod,
  { fleet, read }: { readonly fleet?: Fleet; readonly read: ReadFleet },
): Promise<void> {
  const known = fleet?.get(pod.metadata)?.facts.workload;
  // Of a new one whose owner cannot be asked the next event tells.
  const workload = known ?? (await read.owners.workloadOf(pod).catch(() => undefined));
  if (workload !== undefined) run.take(pod, read.facts.read(pod, workload));
}

/** Asks no more often than that, however many pods are begun. */
function onceASecond<T>(ask: () => Promise<T>): () => Promise<T> {
  let askedMs = Number.NEGATIVE_INFINITY;
  let answer: Promise<T> | undefined;
  return () => {
    const nowMs = performance.now();
    if (answer === undefined || nowMs - askedMs >= 1000) {
      askedMs = nowMs;
      answer = ask();
    }
    return answer;
  };
}
