import type {
  ContainerStatus,
  KubeletContainer,
  KubeletPod,
  PodCondition,
  PodStatus,
} from './kubelet-pod.ts';
import {
  doneContainer,
  type KubeletPace,
  type NextContainer,
  nextContainer,
  timeOf,
  waitingContainer,
} from './next-container.ts';

export interface NextStatus {
  /** Undefined where nothing is to be written. */
  readonly status: PodStatus | undefined;
  /** When to look at the pod again, whatever happens to it. */
  readonly againInMs: number | undefined;
}

/**
 * What a kubelet would write into the status of a pod on its node, from nothing but what stands there: it can be ended and
 * started again at any time.
 */
export function nextStatus(pod: KubeletPod, pace: KubeletPace, nowMs: number): NextStatus {
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return nothing;
  const inits = pod.initContainers.map(container => nextInit(pod, container, pace, nowMs));
  const isInitialized =
    inits.every(({ status: { started, ready } }) => started || ready) || hasRun(pod.status);
  const apps = pod.containers.map(container => nextApp(pod, container, { isInitialized, pace, nowMs }));
  const all = [...inits, ...apps];
  const isNew = all.some(({ status }) => !statusesOf(pod.status).includes(status));
  const times = all.flatMap(({ againInMs }) => againInMs ?? []);
  return {
    status:
      isNew || pod.generation !== pod.status.observedGeneration
        ? statusWith(pod, { inits, apps, isInitialized }, nowMs)
        : undefined,
    againInMs: times.length === 0 ? undefined : Math.min(...times),
  };
}

const nothing: NextStatus = { status: undefined, againInMs: undefined };

function nextInit(
  { status }: KubeletPod,
  container: KubeletContainer,
  pace: KubeletPace,
  nowMs: number,
): NextContainer {
  const before = find(status.initContainerStatuses, container);
  if (container.isSidecar) return nextContainer(container, before, pace, nowMs);
  return { status: before?.state.terminated ? before : doneContainer(container, nowMs) };
}

interface Moment {
  readonly isInitialized: boolean;
  readonly pace: KubeletPace;
  readonly nowMs: number;
}

function nextApp(
  { status }: KubeletPod,
  container: KubeletContainer,
  { isInitialized, pace, nowMs }: Moment,
): NextContainer {
  const before = find(status.containerStatuses, container);
  if (isInitialized) return nextContainer(container, before, pace, nowMs);
  return { status: before ?? waitingContainer(container) };
}

/** Sidecars that restart later do not take the app back to its start. */
function hasRun({ containerStatuses = [] }: PodStatus): boolean {
  return containerStatuses.some(({ containerID }) => containerID !== undefined);
}

function statusesOf({ initContainerStatuses = [], containerStatuses = [] }: PodStatus) {
  return [...initContainerStatuses, ...containerStatuses];
}

function find(statuses: readonly ContainerStatus[] | undefined, { name }: KubeletContainer) {
  return statuses?.find(status => status.name === name);
}

interface Containers {
  readonly inits: readonly NextContainer[];
  readonly apps: readonly NextContainer[];
  readonly isInitialized: boolean;
}

function statusWith(
  { status: before, generation }: KubeletPod,
  { inits, apps, isInitialized }: Containers,
  nowMs: number,
): PodStatus {
  const initContainerStatuses = inits.map(({ status }) => status);
  const containerStatuses = apps.map(({ status }) => status);
  const isReady = [...initContainerStatuses, ...containerStatuses].every(({ ready }) => ready);
  const conditions = {
    PodReadyToStartContainers: true,
    Initialized: isInitialized,
    ContainersReady: isReady,
    Ready: isReady,
    PodScheduled: true,
  };
  return {
    phase: isInitialized ? 'Running' : 'Pending',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    startTime: before.startTime ?? timeOf(nowMs),
    conditions: withConditions(before.conditions ?? [], conditions, nowMs),
    initContainerStatuses,
    containerStatuses,
  };
}

/** Those of others stay. */
function withConditions(
  before: readonly PodCondition[],
  now: Readonly<Record<string, boolean>>,
  nowMs: number,
): readonly PodCondition[] {
  const own = Object.entries(now).map(([type, isTrue]) => {
    const status = isTrue ? 'True' : 'False';
    const known = before.find(condition => condition.type === type);
    return known?.status === status ? known : { type, status, lastTransitionTime: timeOf(nowMs) };
  });
  return [...before.filter(({ type }) => !(type in now)), ...own];
}
