/**
 * Who takes the restart of a container for a failure of its pod, a native sidecar's too. Each was read in the source of
 * its controller, which sums `restartCount` over the statuses of init containers and containers:
 *
 * | kind                         | where                                                                       |
 * |------------------------------|-----------------------------------------------------------------------------|
 * | Job                          | pkg/controller/job/job_controller.go, kubernetes/kubernetes                 |
 * | LeaderWorkerSet              | pkg/utils/pod/pod_utils.go, kubernetes-sigs/lws                             |
 * | JobSet                       | pkg/controllers/in_place_restart.go, kubernetes-sigs/jobset                 |
 * | Job of Volcano               | pkg/controllers/cache/cache.go, volcano-sh/volcano                          |
 * | PyTorchJob, TFJob and others | pkg/core/job.go, kubeflow/training-operator                                 |
 * | BroadcastJob                 | pkg/controller/broadcastjob/broadcastjob_utils.go, openkruise/kruise        |
 *
 * A Job whose pods never restart counts failed pods only, and so does its `podFailurePolicy`: a native sidecar that
 * restarts is none. Both `podFailurePolicy` and `backoffLimitPerIndex` want `restartPolicy: Never`.
 */
import type { RunningPod } from '../kubernetes/running-pod.ts';
import { oneLine } from '../shown-text.ts';

interface RestartCounter {
  /** Pods are known by the API version of their controller, and by its kind where that has others beside it; */
  readonly apiVersion?: RegExp;
  readonly kind?: string;
  /** or by a label or annotation that their owner, or its agent, has put on them. */
  readonly label?: string;
  readonly annotation?: string;
  /** Only pods with this restart policy are counted; all where it is not named. */
  readonly restartPolicy?: string;
  /** Who that is, where it is not the controller of the pod; the label has its name. */
  readonly owner?: { readonly kind: string; readonly label: string };
  /** What it does about a restart. */
  readonly consequence: string;
}

const restartCounters: readonly RestartCounter[] = [
  {
    label: 'leaderworkerset.sigs.k8s.io/name',
    owner: { kind: 'LeaderWorkerSet', label: 'leaderworkerset.sigs.k8s.io/name' },
    consequence: 'recreates the whole group of a pod whose container restarts',
  },
  {
    annotation: 'jobset.sigs.k8s.io/in-place-restart-attempt',
    owner: { kind: 'JobSet', label: 'jobset.sigs.k8s.io/jobset-name' },
    consequence: 'counts the restarts of a container against maxRestarts (restartStrategy: InPlaceRestart)',
  },
  {
    apiVersion: /^batch\/v1$/,
    kind: 'Job',
    restartPolicy: 'OnFailure',
    consequence: 'counts the restarts of every container against backoffLimit (restartPolicy: OnFailure)',
  },
  {
    apiVersion: /^batch\.volcano\.sh\//,
    kind: 'Job',
    consequence: 'counts the restarts of every container against maxRetry of its task',
  },
  {
    // Its version 2 is the MPIJob of another operator, which does not count.
    apiVersion: /^kubeflow\.org\/v1$/,
    consequence: 'counts the restarts of every container against backoffLimit',
  },
  {
    apiVersion: /^apps\.kruise\.io\//,
    kind: 'BroadcastJob',
    restartPolicy: 'OnFailure',
    consequence: 'counts the restarts of every container against restartLimit (restartPolicy: OnFailure)',
  },
];

/** Says who would take the restart of a container of this pod for a failure, and what it does then. */
export function restartCounterOf(pod: RunningPod): string | undefined {
  const counter = restartCounters.find(candidate => counts(candidate, pod));
  return counter && `${nameOf(counter, pod)} ${counter.consequence}`;
}

function counts({ label, annotation, restartPolicy, ...counter }: RestartCounter, pod: RunningPod): boolean {
  const { labels, annotations } = pod.metadata;
  if (restartPolicy !== undefined && pod.spec.restartPolicy !== restartPolicy) return false;
  if (label !== undefined) return labels?.[label] !== undefined;
  if (annotation !== undefined) return annotations?.[annotation] !== undefined;
  const controller = controllerOf(pod);
  const isOfVersion = counter.apiVersion?.test(controller?.apiVersion ?? '') ?? false;
  return isOfVersion && (counter.kind === undefined || counter.kind === controller?.kind);
}

/** Whoever may create pods can write anything into the reference to an owner. */
function nameOf({ owner }: RestartCounter, pod: RunningPod): string {
  if (owner !== undefined) return `${owner.kind} "${pod.metadata.labels?.[owner.label] ?? ''}"`;
  const { kind = '', name = '' } = controllerOf(pod) ?? {};
  return `${oneLine(kind, maxNameLength)} "${oneLine(name, maxNameLength)}"`;
}

/** No name of an object is longer. */
const maxNameLength = 253;

function controllerOf({ metadata }: RunningPod) {
  return metadata.ownerReferences?.find(({ controller }) => controller);
}
