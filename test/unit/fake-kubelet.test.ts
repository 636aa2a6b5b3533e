/** That the fake kubelet says of pods what a kubelet says: tests of upgrades believe it. */
import { describe, expect, it } from 'vitest';
import { type ApiPod, isReady, keptOf, type PodStatus } from '../fake-kubelet/kubelet-pod.ts';
import type { KubeletPace } from '../fake-kubelet/next-container.ts';
import { nextStatus } from '../fake-kubelet/next-status.ts';

const pace: KubeletPace = { startMs: 0, restartMs: 1500, crashMs: 2000 };
const startMs = Date.parse('2026-01-01T00:00:00.400Z');

function podWith(
  image: string,
  { status = {}, generation = 1 }: { status?: PodStatus; generation?: number },
) {
  const pod: ApiPod = {
    metadata: { namespace: 'shop', name: 'web', uid: 'u', resourceVersion: '1', generation },
    spec: {
      nodeName: 'fake',
      initContainers: [
        { name: 'migrate', image: 'migrate:1' },
        { name: 'sync', image, restartPolicy: 'Always' },
      ],
      containers: [{ name: 'app', image: 'app:1' }],
    },
    status,
  };
  return keptOf(pod);
}

/** What is written of a pod that starts with this image. */
function started(image: string): PodStatus {
  return written(nextStatus(podWith(image, {}), pace, startMs).status);
}

function written(status: PodStatus | undefined): PodStatus {
  if (status === undefined) throw new Error('nothing was written');
  return status;
}

/** What is written of it after another image, so many milliseconds after the start. */
function next(image: string, status: PodStatus, afterMs: number, generation = 2) {
  return nextStatus(podWith(image, { status, generation }), pace, startMs + afterMs);
}

const sidecarOf = ({ initContainerStatuses = [] }: PodStatus) =>
  initContainerStatuses.find(({ name }) => name === 'sync');
const appOf = ({ containerStatuses = [] }: PodStatus) => containerStatuses[0];

describe('the fake kubelet', () => {
  it('starts a pod with all its containers, and then has nothing to say', () => {
    const status = started('sync:1');
    expect(status).toMatchObject({ phase: 'Running', observedGeneration: 1 });
    expect(isReady(status)).toBe(true);
    expect(status.initContainerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode: 0 });
    expect(next('sync:1', status, 60_000, 1)).toEqual({ status: undefined, againInMs: undefined });
  });

  it('restarts a sidecar whose image changes, alone, and makes the pod unready meanwhile', () => {
    const before = started('sync:1');
    const { status, againInMs } = next('sync:2', before, 10_000);
    const restarting = written(status);
    expect(isReady(restarting)).toBe(false);
    expect(restarting.observedGeneration).toBe(2);
    expect(sidecarOf(restarting)).toMatchObject({
      ...{ image: 'sync:2', restartCount: 1, ready: false },
      lastState: { terminated: { exitCode: 0, containerID: sidecarOf(before)?.containerID } },
    });
    expect(sidecarOf(restarting)?.containerID).not.toBe(sidecarOf(before)?.containerID);
    expect(appOf(restarting)).toEqual(appOf(before));
    // Counted from the whole second.
    expect(againInMs).toBe(1100);

    expect(next('sync:2', restarting, 11_000)).toEqual({ status: undefined, againInMs: 100 });
    const ready = written(next('sync:2', restarting, 11_100).status);
    expect(isReady(ready)).toBe(true);
    const ends = ready.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
    expect(ends).toBe('2026-01-01T00:00:11Z');
  });

  it('restarts it for the same image by its digest too', () => {
    const before = started('sync:1');
    const digest = sidecarOf(before)?.imageID.split('@')[1];
    const after = sidecarOf(written(next(`sync:1@${digest}`, before, 10_000).status));
    expect(after?.imageID).toBe(sidecarOf(before)?.imageID);
    expect(after?.restartCount).toBe(1);
  });

  it('never starts a bad image, and starts the one before again', () => {
    const before = started('sync:1');
    const { status, againInMs } = next('sync:bad', before, 10_000);
    const stuck = written(status);
    expect(againInMs).toBeUndefined();
    expect(isReady(stuck)).toBe(false);
    expect(sidecarOf(stuck)).toMatchObject({
      restartCount: 0,
      state: { waiting: { reason: 'ErrImagePull' } },
    });
    expect(next('sync:bad', stuck, 60_000).status).toBeUndefined();
    expect(appOf(stuck)).toEqual(appOf(before));
    const back = written(next('sync:1', stuck, 70_000, 3).status);
    expect(sidecarOf(back)).toMatchObject({ image: 'sync:1', restartCount: 1 });
    expect(isReady(written(next('sync:1', back, 80_000, 3).status))).toBe(true);
  });

  it('lets the app of a new pod wait for a sidecar that cannot start', () => {
    const stuck = started('sync:bad');
    expect(stuck.phase).toBe('Pending');
    expect(appOf(stuck)?.state.waiting?.reason).toBe('PodInitializing');
  });

  it('never makes a container ready whose image is unready', () => {
    const after = written(next('sync:unready-2', started('sync:1'), 10_000).status);
    expect(sidecarOf(after)?.state.running).toBeDefined();
    expect(next('sync:unready-2', after, 3_600_000)).toEqual({ status: undefined, againInMs: undefined });
  });

  it('ends a container with a crashing image a while after it was ready, again and again', () => {
    const after = written(next('sync:crashing', started('sync:1'), 10_000).status);
    const ready = written(next('sync:crashing', after, 11_500).status);
    expect(isReady(ready)).toBe(true);
    expect(next('sync:crashing', ready, 12_000)).toEqual({ status: undefined, againInMs: 1100 });
    const crashed = written(next('sync:crashing', ready, 13_100).status);
    expect(sidecarOf(crashed)).toMatchObject({ restartCount: 2, lastState: { terminated: { exitCode: 1 } } });
    expect(isReady(crashed)).toBe(false);
  });

  it('keeps the conditions of others', () => {
    const others = { type: 'example.com/attached', status: 'True' };
    const status = written(
      nextStatus(podWith('sync:1', { status: { conditions: [others] } }), pace, startMs).status,
    );
    expect(status.conditions).toContainEqual(others);
  });
});
