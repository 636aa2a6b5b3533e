import { InjectorError } from '../../injector-error.ts';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import { suggestion } from '../../nearest-name.ts';
import { LeftDefinitions } from '../../running-pods/left-definitions.ts';
import { movesBegun, planRollback } from '../../running-pods/plan-rollback.ts';
import { planUpgrade } from '../../running-pods/plan-upgrade.ts';
import { withRunningPodOptions } from '../cluster-options.ts';
import { defineCommand } from '../command.ts';
import { counted } from '../fleet/event-lines.ts';
import { fleetSettings, withFleetOptions } from '../fleet/fleet-options.ts';
import type { FleetTask } from '../fleet/fleet-task.ts';
import { moveFleet } from '../fleet/move-fleet.ts';
import { inContexts } from '../in-contexts.ts';
import { tell } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import { whereInWords } from '../where-in-words.ts';
import { connectToPods } from './connect-to-pods.ts';
import { type BareConnection, connectWithoutDefinitions } from './connect-without-definitions.ts';
import { isContainerOf } from './is-container-of.ts';
import type { PodChoice } from './pod-choice.ts';

/** Moves the sidecars of running pods to the images of their definitions, in place. */
export const upgrade = defineCommand({
  name: 'upgrade',
  description: `Moves the image of the sidecars in running pods to the one of their definition that the injector in the cluster
has in force, or of another one only where --sidecars says so. A native sidecar restarts alone; the containers of the app stay as they are. While its sidecar restarts a pod is not ready. What cannot be done in
place, because of the mode or because more than the image has changed, is left alone and named. So are pods whose owner
takes a restart for a failure, as a Job does whose restartPolicy is OnFailure.

Of each workload no more pods are away at once than --max-unavailable says and its PodDisruptionBudgets allow. After the first
sidecar that does not come up in time, or whose pod vanishes meanwhile, no other one is begun. Nor is one as soon as the injector
has other definitions in force. The same command goes on from there, and --rollback goes back.`,
  examples: [
    ['upgrade --all-namespaces --dry-run', 'says what would be done, and does nothing'],
    [
      'upgrade -n shop --sidecar git-sync --max-unavailable 3',
      'one sidecar, three pods of a workload at a time',
    ],
    [
      'upgrade -A --waves 1,5%,25%,100% --bake 10m',
      'a few pods first, and ten minutes to see whether they bear it',
    ],
    ['upgrade -A --rollback', 'moves the pods back that the last one has moved'],
  ],
  exits: {
    ok: 'all are up to date',
    failure: 'a failure',
    findings: 'some need a rollout, are left alone, have waited in vain, or are gone',
  },
  parser: parser =>
    withFleetOptions(withRunningPodOptions(parser))
      .option('--sidecar <name>', 'only this sidecar (default: all)')
      .option('--rollback', 'move what the last upgrade has moved back to the images before'),
  run: ({ options, args }) =>
    inContexts(options.context, { atFailure: 'stop', args }, async context => {
      const choice = { ...options, context };
      const task = await (options.rollback ? rollbackTask(choice) : upgradeTask(choice));
      return moveFleet(task, fleetSettings(options));
    }),
});

interface UpgradeChoice extends PodChoice {
  readonly sidecar?: string | undefined;
}

async function upgradeTask({ sidecar, ...choice }: UpgradeChoice): Promise<FleetTask> {
  const connected = await connectToPods(choice);
  const { client, pods, selection, context, survey, whyStop } = connected;
  if (sidecar !== undefined && !connected.sidecars.includes(sidecar)) {
    const known = `known: ${connected.sidecars.join(', ') || 'none'}`;
    throw new InjectorError(
      `--sidecar: no definition of "${sidecar}"${suggestion(sidecar, connected.sidecars)}; ${known}`,
    );
  }
  for (const line of connected.about) tell(line);
  const note = await connected.otherDefinitions;
  if (note !== undefined) tell(note);
  const plan = (pod: RunningPod) => {
    const found = survey(pod).filter(surveyed => sidecar === undefined || surveyed.sidecar === sidecar);
    return found.length === 0 ? undefined : planUpgrade(pod, found);
  };
  return { kind: 'upgrade', ...{ client, pods, selection, context, whyStop }, plan, movesBegun };
}

/** What is in force in the cluster does not matter: what a pod had before stands on the pod. */
async function rollbackTask({ sidecar, ...choice }: UpgradeChoice): Promise<FleetTask> {
  if (choice.sidecars !== undefined)
    throw new UsageError('--sidecars: a rollback asks no definitions; leave it out');
  const connected = await connectWithoutDefinitions(choice);
  tell(whereInWords(connected.context, connected.selection));
  const isMeant = isContainerOf(sidecar);
  const left = await readLeftDefinitions(connected, isMeant);
  const plan = (pod: RunningPod) => {
    const planned = planRollback(pod, (container, hash) => isMeant(container) && !left.has(hash));
    return planned.operations.length + planned.obstacles.length === 0 ? undefined : planned;
  };
  return {
    ...{ kind: 'rollback', ...connected, plan },
    movesBegun: () => [],
    whyStop: async () => undefined,
  };
}

/** Who goes back after a few pods does not mean all others, which remember what was before an earlier upgrade. */
async function readLeftDefinitions(
  { pods, selection }: BareConnection,
  isMeant: (container: string) => boolean,
): Promise<LeftDefinitions> {
  const left = new LeftDefinitions();
  for await (const page of pods.pages(selection)) for (const pod of page) left.take(pod, isMeant);
  const { doubt } = left;
  if (doubt !== undefined)
    throw new InjectorError(
      `--rollback: ${doubt.container}: ${doubts[doubt.why]}; say with --selector and --namespace which pods are meant, or upgrade to what was before with --sidecars`,
    );
  if (left.count > 0)
    tell(`moved by earlier upgrades, and left as they are: ${counted(left.count, 'sidecar')}`);
  return left;
}

const doubts = {
  several: 'nothing tells which of several upgrades was the last one',
  none: 'nothing tells which upgrade was the last one, because pods were moved from each definition to another',
} as const;
