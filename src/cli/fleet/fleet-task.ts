import type { ApiClient } from '../../cluster/api-client.ts';
import type { ClusterPods, PodSelection } from '../../cluster/cluster-pods.ts';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import type { ImageMove, PodUpgrade } from '../../running-pods/plan-upgrade.ts';
import type { RunKind } from './run-words.ts';

/** What a command does to the pods of a fleet. */
export interface FleetTask {
  readonly kind: RunKind;
  readonly client: ApiClient;
  readonly context: string;
  readonly pods: ClusterPods;
  readonly selection: PodSelection;
  /** What is to be done to a pod; undefined where it has nothing that the command is about. */
  readonly plan: (pod: RunningPod) => PodUpgrade | undefined;
  /** What an earlier run has begun in a pod. */
  readonly movesBegun: (pod: RunningPod) => readonly ImageMove[];
  /** Asked before each pod is patched: why nothing may be moved any more; undefined where it may. */
  readonly whyStop: () => Promise<string | undefined>;
}
