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
const progress = (now: State) => restartProgress(patched, podIn(now), ['logs']);

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
    expect(restartProgress(before, podIn({ logs: up }), ['logs'])).toEqual({ state: 'up' });
  });

  it('is not up by a restart from before the kubelet saw the change', () => {
    const before = podIn({ metadata: { generation: 3 } });
    const now = (observedGeneration: number) => podIn({ logs: up, observedGeneration });
    expect(restartProgress(before, now(2), ['logs'])).toMatchObject({ state: 'restarting' });
    expect(restartProgress(before, now(3), ['logs'])).toEqual({ state: 'up' });
  });

  it('needs no wait in a pod that is on no node yet', () => {
    expect(progress({ spec: { nodeName: undefined } })).toEqual({ state: 'up' });
  });

  it('waits for the others of its pod too', () => {
    const now = (audit: object) => restartProgress(patched, podIn({ logs: up, audit }), ['logs', 'audit']);
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
    expect(restartProgress(patched, undefined, ['logs'])).toEqual({ state: 'gone', how: 'it was deleted' });
  });
});
