/**
 * What a kubelet would say next of one container. How an image behaves stands in its tag:
 *
 * | the tag begins with | the container                                                  |
 * |---------------------|----------------------------------------------------------------|
 * | `bad`               | never starts: its image cannot be pulled                       |
 * | `unready`           | runs, and is never started nor ready                           |
 * | `crashing`          | becomes ready, and ends with an error a while later, each time |
 * | anything else       | becomes ready, and stays so                                    |
 */
import { createHash } from 'node:crypto';
import type { ContainerState, ContainerStatus, KubeletContainer } from './kubelet-pod.ts';

/** How long things take. */
export interface KubeletPace {
  /** From the start of a new pod until its containers are ready; at once where 0. */
  readonly startMs: number;
  /** From the start of a container that replaces another one until it is ready. */
  readonly restartMs: number;
  /** From there until a container with a crashing image ends. */
  readonly crashMs: number;
}

export interface NextContainer {
  /** The very one that was given where nothing has changed. */
  readonly status: ContainerStatus;
  /** When there is something new to say. */
  readonly againInMs?: number;
}

/** Says it of a container of the app and of a native sidecar, from what its status says now. */
export function nextContainer(
  container: KubeletContainer,
  before: ContainerStatus | undefined,
  pace: KubeletPace,
  nowMs: number,
): NextContainer {
  const startedAt = before?.state.running?.startedAt;
  const runs = before !== undefined && startedAt !== undefined && before.image === container.image;
  if (!runs) return afterPull(container, before, pace, nowMs);
  const { restartMs, startMs, crashMs } = pace;
  const readyAtMs = Date.parse(startedAt) + (before.restartCount > 0 ? restartMs : startMs);
  const behaviour = behaviourOf(container.image);
  if (behaviour === 'unready') return { status: before };
  if (!before.ready) return readyFrom(before, readyAtMs, nowMs);
  if (behaviour !== 'crashing') return { status: before };
  const endsInMs = readyAtMs + crashMs - nowMs;
  return endsInMs > 0
    ? { status: before, againInMs: endsInMs }
    : afterPull(container, { ...before, state: ended(before, 1, nowMs) }, pace, nowMs);
}

function readyFrom(before: ContainerStatus, readyAtMs: number, nowMs: number): NextContainer {
  return nowMs < readyAtMs
    ? { status: before, againInMs: readyAtMs - nowMs }
    : { status: { ...before, started: true, ready: true } };
}

/** The container before is ended first, as the kubelet does, also where the next one cannot be made. */
function afterPull(
  container: KubeletContainer,
  before: ContainerStatus | undefined,
  pace: KubeletPace,
  nowMs: number,
): NextContainer {
  const lastState = before && lastStateOf(before, nowMs);
  if (behaviourOf(container.image) === 'bad') return unpulled(container, before, lastState);
  const restartCount = before?.containerID === undefined ? 0 : before.restartCount + 1;
  const readyMs = restartCount > 0 ? pace.restartMs : pace.startMs;
  const isReady = readyMs === 0 && behaviourOf(container.image) !== 'unready';
  const status = {
    name: container.name,
    image: container.image,
    imageID: imageIdOf(container.image),
    containerID: `containerd://${hashOf(`${container.name} ${restartCount} ${nowMs} ${Math.random()}`)}`,
    restartCount,
    started: isReady,
    ready: isReady,
    state: { running: { startedAt: timeOf(nowMs) } },
    ...(lastState === undefined ? {} : { lastState }),
  };
  // The API keeps whole seconds only.
  return isReady
    ? { status }
    : { status, againInMs: Math.max(1, Date.parse(timeOf(nowMs)) + readyMs - nowMs) };
}

function unpulled(
  { name, image }: KubeletContainer,
  before: ContainerStatus | undefined,
  lastState: ContainerState | undefined,
): NextContainer {
  const message = `failed to pull and unpack image "${image}": not found`;
  if (before?.state.waiting?.message === message) return { status: before };
  const waiting = { reason: 'ErrImagePull', message };
  const status = before ?? { name, image, imageID: '', restartCount: 0 };
  return {
    status: {
      ...{ ...status, started: false, ready: false, state: { waiting } },
      ...(lastState === undefined ? {} : { lastState }),
    },
  };
}

function lastStateOf(before: ContainerStatus, nowMs: number): ContainerState | undefined {
  if (before.state.running) return ended(before, 0, nowMs);
  return before.state.terminated ? before.state : before.lastState;
}

function ended({ state, containerID }: ContainerStatus, exitCode: number, nowMs: number): ContainerState {
  const startedAt = state.running?.startedAt ?? timeOf(nowMs);
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  return {
    terminated: {
      ...{ exitCode, reason, startedAt, finishedAt: timeOf(nowMs) },
      ...(containerID === undefined ? {} : { containerID }),
    },
  };
}

/** An init container that ran once. */
export function doneContainer({ name, image }: KubeletContainer, nowMs: number): ContainerStatus {
  const times = { startedAt: timeOf(nowMs), finishedAt: timeOf(nowMs) };
  return {
    ...{ name, image, imageID: imageIdOf(image), restartCount: 0, started: false, ready: true },
    containerID: `containerd://${hashOf(`${name} ${nowMs} ${Math.random()}`)}`,
    state: { terminated: { exitCode: 0, reason: 'Completed', ...times } },
  };
}

/** One that waits for those before it. */
export function waitingContainer({ name, image }: KubeletContainer): ContainerStatus {
  return {
    ...{ name, image, imageID: '', restartCount: 0, started: false, ready: false },
    state: { waiting: { reason: 'PodInitializing' } },
  };
}

/** In whole seconds, as the API has it. */
export function timeOf(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}

function behaviourOf(image: string): 'bad' | 'unready' | 'crashing' | undefined {
  const { tag } = partsOf(image);
  return (['bad', 'unready', 'crashing'] as const).find(word => tag.startsWith(word));
}

/** By its digest, as the runtime names it; an image without one has the digest that its name makes. */
function imageIdOf(image: string): string {
  const { repository, tag, digest } = partsOf(image);
  return `${repository}@sha256:${digest ?? hashOf(`${repository}:${tag}`)}`;
}

function partsOf(image: string) {
  const [name = '', digest] = image.split('@sha256:', 2);
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  return {
    repository: hasTag ? name.slice(0, colon) : name,
    tag: hasTag ? name.slice(colon + 1) : 'latest',
    digest,
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
