import { Option } from '@commander-js/extra-typings';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import { planRestart, restartsBegun } from '../../running-pods/plan-restart.ts';
import { parseDurationSeconds } from '../../sidecars/parameters/types/duration.ts';
import { withPodsInContexts } from '../cluster-options.ts';
import { defineCommand } from '../command.ts';
import { fleetSettings, withFleetOptions } from '../fleet/fleet-options.ts';
import type { FleetTask } from '../fleet/fleet-task.ts';
import { moveFleet } from '../fleet/move-fleet.ts';
import { inContexts } from '../in-contexts.ts';
import { tell } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import { whereInWords } from '../where-in-words.ts';
import { connectWithoutDefinitions } from './connect-without-definitions.ts';
import { isContainerOf } from './is-container-of.ts';
import type { PodChoice } from './pod-choice.ts';

/** Restarts sidecars of running pods, and nothing else of them. */
export const restart = defineCommand({
  name: 'restart',
  description: `Restarts a sidecar in running pods, with the image that it has; the containers of the app stay as they are. A native
sidecar restarts because its image is written otherwise: as the same one by its digest, which the node has. What cannot restart
alone, or whose digest nothing tells, is left alone and named. So are pods whose owner takes a restart for a failure.

Workloads, PodDisruptionBudgets and waves count as in upgrade, and so does the first sidecar that does not come up. What
started after the command did is not restarted again. To go on after an interruption, leave out with --older-than
what has been restarted.`,
  examples: [
    ['restart -n shop --sidecar git-sync --selector app=web', 'of the pods with this label'],
    ['restart -A --sidecar git-sync --older-than 720h --max-unavailable 25%', 'what runs for thirty days'],
  ],
  exits: {
    ok: 'all have been restarted',
    failure: 'a failure',
    findings: 'some need a rollout, are left alone, or are gone',
  },
  parser: parser =>
    withFleetOptions(withPodsInContexts(parser))
      .option('--sidecar <name>', 'the sidecar; it has to be named')
      .addOption(
        new Option('--older-than <duration>', 'only sidecars that have run for longer')
          .default(0, '0s')
          .argParser(readOlderThan),
      ),
  run: ({ options, args }) =>
    inContexts(options.context, { atFailure: 'stop', args }, async context => {
      const { sidecar } = options;
      // Not left to the parser: it would keep silent about all other mistakes.
      if (sidecar === undefined) throw new UsageError('--sidecar: name the sidecar that is to be restarted');
      return moveFleet(await restartTask({ ...options, sidecar, context }), fleetSettings(options));
    }),
});

/** @throws UsageError */
function readOlderThan(text: string): number {
  const seconds = parseDurationSeconds(text);
  if (seconds !== undefined) return seconds;
  throw new UsageError(`--older-than: got "${text}"; use a duration such as 90s or 720h`);
}

interface RestartChoice extends PodChoice {
  readonly sidecar: string;
  /** In seconds. */
  readonly olderThan: number;
}

async function restartTask({ sidecar, olderThan, ...choice }: RestartChoice): Promise<FleetTask> {
  const connected = await connectWithoutDefinitions(choice);
  tell(whereInWords(connected.context, connected.selection));
  const isMeant = isContainerOf(sidecar);
  let startedBeforeMs: number | undefined;
  return {
    ...{ kind: 'restart', ...connected },
    plan: (pod: RunningPod) => {
      // By the clock of the cluster, which has answered when there is a pod.
      startedBeforeMs ??= Date.now() - (connected.client.clockAheadMs ?? 0) - olderThan * 1000;
      return planRestart(pod, { isMeant, startedBeforeMs });
    },
    movesBegun: pod => restartsBegun(pod, isMeant),
    whyStop: async () => undefined,
  };
}
