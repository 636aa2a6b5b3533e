import { describe, expect, it } from 'vitest';
import { readRunningPod } from '../../../src/kubernetes/running-pod.ts';
import { restartProgress } from '../../../src/running-pods/restart-progress.ts';

interface State {
  readonly metadata?: object;
  readonly spec?: object;
  readonly observedGeneration?: number;
  readonly phase?: string;
  readonly conditions?: object;
  readonly logs?: object;
  readonly audit?: object;
}

const up = {
  image: 'example.com/logs:v2',
  containerID: 'c2',
  started: true,
  ready: true,
  state: { running: { startedAt: '2026-01-01T00:00:10Z' } },
};

/** When the pod became ready for the last time. */
const readyAt = (time: string) => [{ type: 'ContainersReady', status: 'True', lastTransitionTime: time }];

function podIn({ metadata, spec, phase = 'Running', observedGeneration, ...others }: State = {}) {
  const { conditions = readyAt('2026-01-01T00:00:12Z'), logs, audit } = others;
  return readRunningPod({
    metadata: { name: 'web', namespace: 'shop', uid: 'uid-1', ...metadata },
    spec: { nodeName: 'node-1', ...spec },
    status: {
      phase,
      conditions,
      ...(observedGeneration === undefined ? {} : { observedGeneration }),
      initContainerStatuses: [
        { name: 'first', containerID: 'f1', state: { terminated: { exitCode: 0 } } },
        { name: 'logs', containerID: 'c1', started: true, ready: true, state: { running: {} }, ...logs },
        { name: 'audit', containerID: 'a1', started: true, ready: true, state: { running: {} }, ...audit },
      ],
    },
  });
}

const patched = podIn();
const moves = [{ container: 'logs', to: 'example.com/logs:v2' }];
const progress = (now: State) => restartProgress(patched, podIn(now), moves);

describe('a sidecar that got another image', () => {
  it('is up once a new container runs, is started and is ready', () => {
    expect(progress({ logs: up })).toEqual({ state: 'up' });
  });

  it.each([
    [
      'became ready before it started, which is the state of the container before',
      readyAt('2026-01-01T00:00:05Z'),
    ],
    ['became ready in the second in which it started', readyAt('2026-01-01T00:00:10Z')],
    ['says nothing of that', []],
  ])('is settling where the pod %s', (_what, conditions) => {
    expect(progress({ logs: up, conditions })).toEqual({ state: 'settling' });
  });

  it.each<readonly [what: string, logs: object, detail: string]>([
    ['is the container it was', {}, 'logs has not been restarted'],
    ['has no container yet', { containerID: '', state: {} }, 'logs has not started'],
    [
      'cannot get its image',
      { state: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } },
      'logs waits: ErrImagePull: no such image',
    ],
    ['waits without a reason', { state: { waiting: {} } }, 'logs waits: no reason'],
    [
      'has ended',
      { state: { terminated: { exitCode: 2, reason: 'Error' } } },
      'logs has ended with exit code 2 (Error)',
    ],
    ['runs, its startup probe still failing', { ...up, started: false }, 'logs runs, but is not ready'],
    ['runs, its readiness probe still failing', { ...up, ready: false }, 'logs runs, but is not ready'],
  ])('is restarting while it %s', (_what, logs, detail) => {
    expect(progress({ logs })).toEqual({ state: 'restarting', detail });
  });

  it('is up where it had no container before', () => {
    const before = podIn({
      logs: { containerID: undefined, state: { waiting: { reason: 'ErrImagePull' } } },
    });
    expect(restartProgress(before, podIn({ logs: up }), moves)).toEqual({ state: 'up' });
  });

  const digest = `sha256:${'a'.repeat(64)}`;
  const inForce = 'example.com/logs:v2';
  it.each<readonly [what: string, to: string, logs: object]>([
    ['its name', inForce, { image: inForce }],
    ['its name in full', 'logs', { image: 'docker.io/library/logs:latest' }],
    ['its name in full, with a folder', 'org/logs:v2', { image: 'docker.io/org/logs:v2' }],
    ['its digest', `example.com/logs@${digest}`, { image: 'logs:v1', imageID: `mirror/logs@${digest}` }],
    ['its digest alone', `example.com/logs:v2@${digest}`, { image: digest }],
    ['another digest than before', inForce, { image: 'logs:v1', imageID: 'sha256:new' }],
  ])('is up once the new container shows %s', (_what, to, logs) => {
    const before = podIn({ logs: { image: 'logs:v1', imageID: 'sha256:old' } });
    const now = podIn({ logs: { ...up, ...logs } });
    expect(restartProgress(before, now, [{ container: 'logs', to }])).toEqual({ state: 'up' });
  });

  it.each<readonly [what: string, before: object]>([
    ['made again', { image: 'example.com/logs:v1', imageID: 'sha256:old' }],
    ['made late', { containerID: undefined, state: { waiting: { reason: 'ContainerCreating' } } }],
  ])('is not up by a container of the image before, which a slow node has %s', (_what, before) => {
    const old = { ...up, image: 'example.com/logs:v1', imageID: 'sha256:old' };
    expect(restartProgress(podIn({ logs: before }), podIn({ logs: old }), moves)).toEqual({
      state: 'restarting',
      detail: 'logs runs example.com/logs:v1, and nothing says that it is example.com/logs:v2',
    });
  });

  it('has its time to end where the kubelet has seen the change, and may be one image under two names', () => {
    const old = { ...up, image: 'example.com/logs:v1', imageID: 'sha256:old' };
    const before = podIn({ metadata: { generation: 3 }, logs: { ...old, containerID: 'c1' } });
    const now = (spec: object) => podIn({ logs: old, observedGeneration: 3, spec });
    expect(restartProgress(before, now({}), moves)).toEqual({ state: 'settling', endsWithinMs: 30_000 });
    const hasty = now({ terminationGracePeriodSeconds: 2 });
    expect(restartProgress(before, hasty, moves)).toEqual({ state: 'settling', endsWithinMs: 2000 });
  });

  it('is not up by a restart from before the kubelet saw the change', () => {
    const before = podIn({ metadata: { generation: 3 } });
    const now = (observedGeneration: number) => podIn({ logs: up, observedGeneration });
    expect(restartProgress(before, now(2), moves)).toMatchObject({ state: 'restarting' });
    expect(restartProgress(before, now(3), moves)).toEqual({ state: 'up' });
  });

  it('does not run in a pod that is on no node yet, and starts with its image when it is', () => {
    expect(progress({ spec: { nodeName: undefined } })).toEqual({ state: 'unscheduled' });
  });

  it('waits for the others of its pod too', () => {
    const both = [...moves, { container: 'audit', to: 'example.com/logs:v2' }];
    const now = (audit: object) => restartProgress(patched, podIn({ logs: up, audit }), both);
    expect(now({})).toEqual({ state: 'restarting', detail: 'audit has not been restarted' });
    expect(now({ ...up, containerID: 'a2' })).toEqual({ state: 'up' });
  });
});

describe('a pod', () => {
  it.each<readonly [why: string, now: State, how: string]>([
    ['was made anew under its name', { metadata: { uid: 'uid-2' }, logs: up }, 'it was deleted'],
    ['is being deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, 'it is being deleted'],
    ['has ended', { phase: 'Succeeded' }, 'it has ended'],
    ['has failed', { phase: 'Failed' }, 'it has failed'],
  ])('that %s is gone', (_why, now, how) => {
    expect(progress(now)).toEqual({ state: 'gone', how });
  });

  it('that the API server does not have any more is gone', () => {
    expect(restartProgress(patched, undefined, moves)).toEqual({ state: 'gone', how: 'it was deleted' });
  });
});
