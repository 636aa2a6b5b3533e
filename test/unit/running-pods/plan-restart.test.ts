import { describe, expect, it } from 'vitest';
import type { RunningPod } from '../../../src/kubernetes/running-pod.ts';
import { planRestart, restartsBegun } from '../../../src/running-pods/plan-restart.ts';
import { planRollback } from '../../../src/running-pods/plan-rollback.ts';
import { planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';
import { at } from '../../injection-fixture.ts';
import { barePod, changed, injectedPod, logs, logsWith, newerLogs, survey } from './pods.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const byTag = 'example.com/logs:v1';
const both = `example.com/logs:v1@${digest}`;
const byDigest = `example.com/logs@${digest}`;

type Options = Parameters<typeof injectedPod>[0];

/** A pod whose container runs this image, as the kubelet tells. */
function podThatRuns(status: object = {}, options: Options = {}): RunningPod {
  const running = { name: 'logs', image: byTag, imageID: byDigest, containerID: 'containerd://1' };
  const state = { running: { startedAt: '2026-01-01T10:00:00Z' } };
  return injectedPod({
    status: { initContainerStatuses: [{ ...running, state, ...status }] },
    ...options,
  });
}

function restarted(pod: RunningPod): RunningPod {
  return changed(pod, planRestart(pod)?.operations ?? []);
}

const imageOf = (pod: RunningPod) => at(pod.spec.initContainers, 0, 'image');
const statusOf = (pod: RunningPod) =>
  JSON.parse(pod.metadata.annotations?.['sidecar.io/status'] ?? '{}').logs;
const nothing = { moves: [], obstacles: [], operations: [] };

describe('the restart of a native sidecar', () => {
  it('writes the same image by its digest, with the tag and without it in turns', () => {
    const images = [podThatRuns()];
    for (const _ of [1, 2, 3]) images.push(restarted(at(images, images.length - 1) as RunningPod));
    expect(images.map(imageOf)).toEqual([byTag, both, byDigest, both]);
  });

  it('changes nothing of the pod but the image and what the status remembers', () => {
    const pod = podThatRuns();
    const after = restarted(pod);
    expect(statusOf(after)).toEqual({ ...statusOf(pod), restartedAs: both, restartedFrom: byTag });
    const { annotations: _before, ...metadata } = pod.metadata;
    const { annotations: _after, ...metadataAfter } = after.metadata;
    expect(metadataAfter).toEqual(metadata);
    expect({ ...after.spec, initContainers: [] }).toEqual({ ...pod.spec, initContainers: [] });
    expect(planRestart(pod)?.moves).toEqual([{ container: 'logs', from: byTag, to: both }]);
  });

  it('leaves the sidecar what its definition gives', () => {
    const pod = restarted(restarted(podThatRuns()));
    expect(survey(pod, logs)).toMatchObject([{ state: 'injected', image: byDigest, standsFor: byTag }]);
    expect(planUpgrade(pod, survey(pod, logs))).toEqual(nothing);
  });

  it('hides no image that somebody else has set since', () => {
    const pod = restarted(podThatRuns());
    const image = `example.com/logs:v1@sha256:${'b'.repeat(64)}`;
    const other = {
      ...pod,
      spec: { ...pod.spec, initContainers: [{ ...pod.spec.initContainers?.[0], image }] },
    };
    expect(survey(other as RunningPod, logs)).toMatchObject([{ state: 'outdated', difference: 'image' }]);
  });

  it('is no hindrance for an upgrade, nor for the way back from it', () => {
    const pod = restarted(podThatRuns());
    const upgrade = planUpgrade(pod, survey(pod, newerLogs));
    expect(upgrade.moves).toEqual([{ container: 'logs', from: both, to: 'example.com/logs:v2' }]);
    const upgraded = changed(pod, upgrade.operations);
    expect(survey(upgraded, newerLogs)).toMatchObject([{ state: 'injected' }]);
    const back = changed(upgraded, planRollback(upgraded).operations);
    expect(imageOf(back)).toBe(both);
    expect(survey(back, logs)).toMatchObject([{ state: 'injected', standsFor: byTag }]);
  });

  it('may come after an upgrade, which can be taken back then too', () => {
    const pod = podThatRuns();
    const upgraded = changed(pod, planUpgrade(pod, survey(pod, newerLogs)).operations);
    const newer = `example.com/logs@sha256:${'c'.repeat(64)}`;
    const [status] = upgraded.status?.initContainerStatuses ?? [];
    const running = {
      ...upgraded,
      status: {
        ...upgraded.status,
        initContainerStatuses: [{ ...status, image: 'example.com/logs:v2', imageID: newer }],
      },
    } as RunningPod;
    const after = restarted(running);
    expect(imageOf(after)).toBe(newer.replace('@', ':v2@'));
    expect(survey(after, newerLogs)).toMatchObject([{ state: 'injected' }]);
    expect(planRollback(after).moves).toMatchObject([{ to: byTag }]);
  });

  it('does not move to the same image where only the hash of its definition is another', () => {
    const pod = restarted(podThatRuns());
    const { definition, ...entry } = statusOf(pod);
    // Its second half is of the image.
    const text = JSON.stringify({ logs: { ...entry, definition: `${definition.slice(0, -1)}-` } });
    const annotations = { ...pod.metadata.annotations, 'sidecar.io/status': text };
    const older = { ...pod, metadata: { ...pod.metadata, annotations } };
    const { moves, operations } = planUpgrade(older, survey(older, logs));
    expect(moves).toEqual([]);
    expect(statusOf(changed(older, operations))).toEqual(statusOf(pod));
  });

  it('takes an image with a digest as it is, and comes back to it', () => {
    const pinned = { sidecars: logsWith({ image: both }) };
    const once = restarted(podThatRuns({}, pinned));
    expect(imageOf(once)).toBe(byDigest);
    expect(statusOf(once)).toMatchObject({ restartedAs: byDigest, restartedFrom: both });
    const twice = restarted(once);
    expect(imageOf(twice)).toBe(both);
    expect(survey(twice, pinned.sidecars)).toMatchObject([{ state: 'injected' }]);
  });

  it('finds a tag for an image that has none', () => {
    const image = byDigest;
    const once = restarted(podThatRuns({}, { sidecars: logsWith({ image }) }));
    expect(imageOf(once)).toBe(`example.com/logs:restarted@${digest}`);
    expect(imageOf(restarted(once))).toBe(image);
  });

  it('keeps a port of the registry apart from the tag', () => {
    const image = 'registry.example.com:5000/logs:v1';
    const imageID = `registry.example.com:5000/logs@${digest}`;
    const pod = podThatRuns({ image, imageID }, { sidecars: logsWith({ image }) });
    expect(imageOf(restarted(pod))).toBe(`${image}@${digest}`);
  });

  it.each([
    ['logs', `docker.io/library/logs@${digest}`],
    ['team/logs:v1', `docker.io/team/logs@${digest}`],
    ['example.com/logs:v1', `docker-pullable://example.com/logs@${digest}`],
  ])('knows the digest of %s by %s', (image, imageID) => {
    const pod = podThatRuns({ image, imageID }, { sidecars: logsWith({ image }) });
    expect(imageOf(restarted(pod))).toContain(`@${digest}`);
  });

  it('is of those only that are meant, and that are old enough', () => {
    const pod = podThatRuns();
    expect(planRestart(pod, { isMeant: name => name !== 'logs' })).toBeUndefined();
    const startMs = Date.parse('2026-01-01T10:00:00Z');
    expect(planRestart(pod, { startedBeforeMs: startMs })).toEqual(nothing);
    expect(planRestart(pod, { startedBeforeMs: startMs + 1 })?.moves).toHaveLength(1);
    const waiting = podThatRuns({ state: { waiting: { reason: 'CrashLoopBackOff' } } });
    expect(planRestart(waiting, { startedBeforeMs: startMs })?.moves).toHaveLength(1);
  });
});

describe('the restarts that a pod remembers', () => {
  it('are those whose image stands as they wrote it', () => {
    expect(restartsBegun(podThatRuns())).toEqual([]);
    const pod = restarted(podThatRuns());
    expect(restartsBegun(pod)).toEqual([{ container: 'logs', from: byTag, to: both }]);
    expect(restartsBegun(pod, () => false)).toEqual([]);
    const upgraded = changed(pod, planUpgrade(pod, survey(pod, newerLogs)).operations);
    expect(restartsBegun(upgraded)).toEqual([]);
  });
});

describe('a sidecar that is not restarted', () => {
  it.each([
    ['of another repository', { imageID: `mirror.example.com/logs@${digest}` }],
    ['that was only imported', { imageID: digest }],
    ['whose container was not made yet', { imageID: '' }],
    ['of which the kubelet still tells the one before', { image: 'example.com/logs:v0' }],
  ])('runs an image %s', (_, status) => {
    expect(planRestart(podThatRuns(status))).toEqual({
      ...nothing,
      obstacles: [
        {
          ...{ container: 'logs', kind: 'counted' },
          message: `left alone: nothing tells the digest of ${byTag} that it runs`,
        },
      ],
    });
  });

  it('is in a pod whose owner counts restarts', () => {
    const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'import', controller: true }];
    const pod = podThatRuns({}, { metadata: { ownerReferences }, spec: { restartPolicy: 'OnFailure' } });
    expect(planRestart(pod)).toMatchObject({
      ...{ moves: [], operations: [] },
      obstacles: [{ kind: 'counted', message: expect.stringMatching(/^left alone: Job "import" counts/) }],
    });
  });

  it.each([
    ['classic', 'rollout'],
    ['init', 'done'],
  ])('is in mode %s', (mode, kind) => {
    const pod = podThatRuns();
    const text = JSON.stringify({ logs: { ...statusOf(pod), mode } });
    const annotations = { ...pod.metadata.annotations, 'sidecar.io/status': text };
    const other = { ...pod, metadata: { ...pod.metadata, annotations } };
    expect(planRestart(other)).toMatchObject({ moves: [], operations: [], obstacles: [{ kind }] });
  });

  it('is in a pod that is on no node yet', () => {
    expect(planRestart(podThatRuns({}, { spec: { nodeName: '' } }))).toMatchObject({
      ...{ moves: [], operations: [] },
      obstacles: [{ kind: 'done' }],
    });
  });

  it('is in a pod that goes, or is not there', () => {
    const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(planRestart(podThatRuns({}, { metadata }))).toBeUndefined();
    expect(planRestart(barePod({ 'sidecar.io/logs': 'true' }))).toBeUndefined();
  });
});
