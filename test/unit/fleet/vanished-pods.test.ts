/** What an upgrade makes of pods that vanish meanwhile, by themselves or because of it. */
import { describe, expect, it } from 'vitest';
import { injectedPod } from '../running-pods/pods.ts';
import { FakeCluster, upgrade } from './fake-cluster.ts';

describe('an upgrade', () => {
  it.each<readonly [what: string, metadata: object | undefined, status: object, how: string]>([
    ['gone', undefined, {}, 'it was deleted'],
    ['made anew under its name', { uid: 'uid-2' }, {}, 'it was deleted'],
    ['being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }, {}, 'it is being deleted'],
    ['failed', {}, { phase: 'Failed' }, 'it has failed'],
  ])('goes on where a pod is %s before its turn, and says so', async (_what, metadata, status, how) => {
    const cluster = new FakeCluster(['a', 'b']);
    const { keys } = cluster;
    if (metadata === undefined) cluster.remove('a');
    else cluster.set('a', injectedPod({ metadata: { name: 'a', uid: 'uid-a', ...metadata }, status }));
    expect((await upgrade(cluster, keys)).ended).toMatchObject([
      { outcome: 'gone', when: 'before its turn', how },
      { outcome: 'upgraded' },
    ]);
  });

  it.each<readonly [what: string, metadata: object | undefined, status: object, how: string]>([
    ['is gone', undefined, {}, 'it was deleted'],
    ['is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }, {}, 'it is being deleted'],
    ['has failed', {}, { phase: 'Failed' }, 'it has failed'],
  ])('stops where a pod %s while its sidecar restarts', async (_what, metadata, status, how) => {
    const cluster = new FakeCluster(['a', 'b']);
    const { keys } = cluster;
    cluster.onPatch = name => {
      if (metadata === undefined) cluster.remove(name);
      else cluster.set(name, injectedPod({ metadata: { name, uid: `uid-${name}`, ...metadata }, status }));
    };
    const problem = `${how} while its sidecar restarted; kubectl get events may tell by whom`;
    expect((await upgrade(cluster, keys)).ended).toEqual([
      { outcome: 'failed', problem },
      { outcome: 'stopped' },
    ]);
  });

  it('does not take a pod for upgraded that is gone at the end', async () => {
    const cluster = new FakeCluster(['a', 'b', 'c']);
    const { keys } = cluster;
    // Its owner deletes a pod some time after its sidecar was restarted, and the rest of the group with it.
    cluster.onPatch = name => {
      if (name === 'b') cluster.remove('a');
      if (name === 'b') cluster.remove('c');
    };
    const { ended, lines } = await upgrade(cluster, keys);
    expect(ended).toEqual([
      { outcome: 'gone', when: 'after its upgrade', how: 'it was deleted' },
      { outcome: 'upgraded', milliseconds: expect.any(Number) },
      { outcome: 'gone', when: 'before its turn', how: 'it was deleted' },
    ]);
    expect(lines).toEqual(['begin a', 'upgraded a', 'begin b', 'upgraded b', 'gone c', 'gone a']);
  });

  it('says so where it cannot look at the pods again at the end', async () => {
    const cluster = new FakeCluster(['a', 'b']);
    cluster.onPatch = name => {
      if (name === 'b') cluster.problems.set('a', new Error('connection refused'));
    };
    expect((await upgrade(cluster, cluster.keys)).events).toContainEqual({
      event: 'stopped',
      why: 'the pods cannot be read again at the end: connection refused',
    });
  });

  it.each([
    ['before its turn', () => undefined],
    ['while its sidecar restarts', undefined],
  ])('has nothing against a pod that does its work to the end %s', async (_when, onPatch) => {
    const cluster = new FakeCluster(['a', 'b']);
    const end = () =>
      cluster.set(
        'a',
        injectedPod({ metadata: { name: 'a', uid: 'uid-a' }, status: { phase: 'Succeeded' } }),
      );
    cluster.onPatch = onPatch ?? end;
    if (onPatch !== undefined) end();
    expect((await upgrade(cluster, cluster.keys)).outcomes).toEqual(['ended', 'upgraded']);
  });

  it('counts a pod as upgraded that did its work to the end afterwards', async () => {
    const cluster = new FakeCluster(['a', 'b']);
    cluster.onPatch = name => {
      const ended = injectedPod({ metadata: { name: 'a', uid: 'uid-a' }, status: { phase: 'Succeeded' } });
      if (name === 'b') cluster.set('a', ended);
    };
    expect((await upgrade(cluster, cluster.keys)).outcomes).toEqual(['upgraded', 'upgraded']);
  });
});
