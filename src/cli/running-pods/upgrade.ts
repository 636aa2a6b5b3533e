import { setTimeout as sleep } from 'node:timers/promises';
import { InjectorError } from '../../injector-error.ts';
import { podName, type RunningPod } from '../../kubernetes/running-pod.ts';
import { suggestion } from '../../nearest-name.ts';
import { type PodUpgrade, planUpgrade } from '../../running-pods/plan-upgrade.ts';
import { type Clock, upgradePods } from '../../running-pods/upgrade-pods.ts';
import { parseDurationSeconds } from '../../sidecars/parameters/types/duration.ts';
import { type Command, complain, exitCodes } from '../command.ts';
import { readFlags } from '../read-flags.ts';
import { type ConnectedPods, connectToPods } from './connect-to-pods.ts';
import { type PodChoice, podOptions, podOptionsUsage, problemOfChoice } from './pod-options.ts';
import { UpgradeReport } from './upgrade-report.ts';

/** Moves the sidecars of running pods to the images of their definitions, in place. */
export const upgrade: Command = {
  usage: `usage: sidecar-injector upgrade [options]

Moves the image of the sidecars in running pods to the one of their definition. A native sidecar restarts alone; the
containers of the app stay as they are. While its sidecar restarts a pod is not ready. What cannot be done in place,
because of the mode or because more than the image has changed, is left alone and named. So are pods whose owner takes a
restart for a failure, as a Job does whose restartPolicy is OnFailure.

${podOptionsUsage}
      --sidecar NAME       only this sidecar (default: all)
      --max-unavailable N  how many pods may have restarting sidecars at once (default: 1)
      --timeout DURATION   how long the sidecars of a pod may take until they are up again (default: 5m)
      --dry-run            says what would be done, and does nothing

After the first sidecar that does not come up in time, or whose pod vanishes meanwhile, no other one is begun.

exit code 0: all are up to date; 1: a failure; 2: wrong usage; 3: some need a rollout, are left alone, or are gone`,
  run: async args => {
    const { values, problem } = readFlags(args, options);
    const problems = values === undefined ? [problem] : problemsOf(values);
    if (values === undefined || problems.length > 0) {
      complain(problems);
      return exitCodes.usage;
    }
    try {
      return await run(values, {
        sidecar: values.sidecar,
        maxUnavailable: Number(values['max-unavailable']),
        timeoutMs: (parseDurationSeconds(values.timeout) ?? 0) * 1000,
        isDryRun: values['dry-run'],
      });
    } catch (error) {
      complain((error instanceof Error ? error.message : String(error)).split('\n'));
      return exitCodes.failure;
    }
  },
};

const options = {
  ...podOptions,
  sidecar: { type: 'string' },
  'max-unavailable': { type: 'string', default: '1' },
  timeout: { type: 'string', default: '5m' },
  'dry-run': { type: 'boolean', default: false },
} as const;

function problemsOf(
  values: PodChoice & { readonly 'max-unavailable': string; readonly timeout: string },
): readonly string[] {
  const { 'max-unavailable': maxUnavailable, timeout } = values;
  const seconds = parseDurationSeconds(timeout);
  return [
    problemOfChoice(values),
    /^[1-9]\d{0,3}$/.test(maxUnavailable)
      ? undefined
      : `--max-unavailable: got "${maxUnavailable}"; use a whole number from 1 to 9999`,
    seconds !== undefined && seconds > 0
      ? undefined
      : `--timeout: got "${timeout}"; use a duration such as 90s or 5m`,
  ].filter(problem => problem !== undefined);
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
  process.stderr.write(`${connected.where}\n`);
  const planFor = (pod: RunningPod) =>
    planUpgrade(
      pod,
      connected.survey(pod).filter(found => sidecar === undefined || found.sidecar === sidecar),
    );
  const listed = await connected.pods.list(connected.selection);
  const behind = listed.filter(pod => isBehind(planFor(pod)));
  const report = new UpgradeReport(text => process.stdout.write(text));
  if (isDryRun) for (const pod of behind) report.wouldDo(podName(pod), planFor(pod));
  else await moveAll(behind, planFor, { connected, settings, report });
  process.stderr.write(`${report.summary()}\n`);
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
      onStart: (key, planned) => report.begun(`${key.namespace}/${key.name}`, planned),
      onEnd: (key, outcome, planned) => report.ended(`${key.namespace}/${key.name}`, outcome, planned),
    },
  );
}

const clock: Clock = {
  nowMs: () => performance.now(),
  sleep: milliseconds => sleep(milliseconds),
};
