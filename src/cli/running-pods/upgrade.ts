import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from '@commander-js/extra-typings';
import { InjectorError } from '../../injector-error.ts';
import { podName, type RunningPod } from '../../kubernetes/running-pod.ts';
import { suggestion } from '../../nearest-name.ts';
import { type PodUpgrade, planUpgrade } from '../../running-pods/plan-upgrade.ts';
import { type Clock, upgradePods } from '../../running-pods/upgrade-pods.ts';
import { parseDurationSeconds } from '../../sidecars/parameters/types/duration.ts';
import { withRunningPodOptions } from '../cluster-options.ts';
import { defineCommand, exitCodes } from '../command.ts';
import { inContexts } from '../in-contexts.ts';
import { print, tell } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import { type ConnectedPods, connectToPods } from './connect-to-pods.ts';
import type { PodChoice } from './pod-choice.ts';
import { UpgradeReport } from './upgrade-report.ts';

/** Moves the sidecars of running pods to the images of their definitions, in place. */
export const upgrade = defineCommand({
  name: 'upgrade',
  description: `Moves the image of the sidecars in running pods to the one of their definition that the injector in the cluster
has in force, or of another one only where --sidecars says so. A native sidecar restarts alone; the containers of the app stay as they are. While its sidecar restarts a pod is not ready. What cannot be done in
place, because of the mode or because more than the image has changed, is left alone and named. So are pods whose owner
takes a restart for a failure, as a Job does whose restartPolicy is OnFailure.

After the first sidecar that does not come up in time, or whose pod vanishes meanwhile, no other one is begun. Nor is one
as soon as the injector has other definitions in force.`,
  examples: [
    ['upgrade --all-namespaces --dry-run', 'says what would be done, and does nothing'],
    ['upgrade -n shop --sidecar git-sync --max-unavailable 3', 'one sidecar, three pods at a time'],
  ],
  exits: {
    ok: 'all are up to date',
    failure: 'a failure',
    findings: 'some need a rollout, are left alone, or are gone',
  },
  parser: parser =>
    withRunningPodOptions(parser)
      .option('--sidecar <name>', 'only this sidecar (default: all)')
      .option(
        '--max-unavailable <n>',
        'how many pods may have restarting sidecars at once',
        readMaxUnavailable,
        1,
      )
      .addOption(
        new Option('--timeout <duration>', 'how long the sidecars of a pod may take until they are up again')
          .default(300, '5m')
          .argParser(readTimeoutSeconds),
      )
      .option('--dry-run', 'say what would be done, and do nothing'),
  run: ({ options: { sidecar, maxUnavailable, timeout, dryRun = false, ...choice }, args }) =>
    inContexts(choice.context, { atFailure: 'stop', args }, context =>
      run({ ...choice, context }, { sidecar, maxUnavailable, timeoutMs: timeout * 1000, isDryRun: dryRun }),
    ),
});

/** @throws UsageError */
function readMaxUnavailable(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`--max-unavailable: got "${text}"; use a whole number from 1 to 9999`);
}

/** @throws UsageError */
function readTimeoutSeconds(text: string): number {
  const seconds = parseDurationSeconds(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new UsageError(`--timeout: got "${text}"; use a duration such as 90s or 5m`);
}

interface UpgradeSettings {
  readonly sidecar: string | undefined;
  readonly maxUnavailable: number;
  readonly timeoutMs: number;
  readonly isDryRun: boolean;
}

async function run(choice: PodChoice, settings: UpgradeSettings): Promise<number> {
  const connected = await connectToPods(choice);
  const { sidecar, isDryRun } = settings;
  if (sidecar !== undefined && !connected.sidecars.includes(sidecar)) {
    const known = `known: ${connected.sidecars.join(', ') || 'none'}`;
    throw new InjectorError(
      `--sidecar: no definition of "${sidecar}"${suggestion(sidecar, connected.sidecars)}; ${known}`,
    );
  }
  for (const line of connected.about) tell(line);
  const planFor = (pod: RunningPod) =>
    planUpgrade(
      pod,
      connected.survey(pod).filter(found => sidecar === undefined || found.sidecar === sidecar),
    );
  const listed = await connected.pods.list(connected.selection);
  const behind = listed.filter(pod => isBehind(planFor(pod)));
  const note = await connected.otherDefinitions;
  if (note !== undefined) tell(note);
  const report = new UpgradeReport(text => void print(text));
  if (isDryRun) for (const pod of behind) report.wouldDo(podName(pod), planFor(pod));
  else await moveAll(behind, planFor, { connected, settings, report });
  tell(report.summary());
  if (report.hasFailed) return exitCodes.failure;
  return report.hasLeftovers ? exitCodes.findings : exitCodes.ok;
}

function isBehind({ operations, obstacles }: PodUpgrade): boolean {
  return operations.length > 0 || obstacles.length > 0;
}

interface UpgradeRun {
  readonly connected: ConnectedPods;
  readonly settings: UpgradeSettings;
  readonly report: UpgradeReport;
}

async function moveAll(
  pods: readonly RunningPod[],
  plan: (pod: RunningPod) => PodUpgrade,
  { connected, settings, report }: UpgradeRun,
): Promise<void> {
  const { maxUnavailable, timeoutMs } = settings;
  await upgradePods(
    pods.map(({ metadata: { namespace, name, uid } }) => ({ namespace, name, uid })),
    {
      pods: connected.pods,
      plan,
      maxUnavailable: Math.min(maxUnavailable, Math.max(pods.length, 1)),
      timeoutMs,
      clock,
      whyStop: connected.whyStop,
      onStart: (key, planned) => report.begun(`${key.namespace}/${key.name}`, planned),
      onEnd: (key, outcome, planned) => report.ended(`${key.namespace}/${key.name}`, outcome, planned),
    },
  );
}

const clock: Clock = {
  nowMs: () => performance.now(),
  sleep: milliseconds => sleep(milliseconds),
};
