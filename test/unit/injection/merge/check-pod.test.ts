import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';
import { codes, decide, gitSync, podWith, repository, told } from '../../../injection-fixture.ts';

const windowsNode = { 'kubernetes.io/os': 'windows' };

const both = {
  ...gitSync({ mount: '/a' }),
  'sidecar.io/git-sync_b': 'https://example.com/b',
  'sidecar.io/git-sync_b.mount': '/b',
};

describe('the operating system of a pod', () => {
  it.each<[Partial<PodSpec>, boolean]>([
    [{ os: { name: 'windows' } }, true],
    [{ nodeSelector: windowsNode }, true],
    [{ os: null, nodeSelector: windowsNode }, true],
    [{ os: { name: null }, nodeSelector: windowsNode }, true],
    [{ os: {}, nodeSelector: windowsNode }, true],
    [{ os: { name: 'windows' }, nodeSelector: { 'kubernetes.io/os': 'linux' } }, true],
    [{ os: { name: 'linux' } }, false],
    [{ nodeSelector: { 'kubernetes.io/os': 'linux' } }, false],
    [{ nodeSelector: { 'beta.kubernetes.io/arch': 'windows' } }, false],
    [{ os: null, nodeSelector: null }, false],
    [{}, false],
  ])('%j is Windows: %s', (spec, isWindows) => {
    const decision = decide(podWith(gitSync({ mount: '/site' }), spec));
    expect(codes(decision)).toEqual(isWindows ? ['windows-pod'] : []);
  });

  it('is told once, however many sidecars are asked for', () => {
    expect(codes(decide(podWith(both, { os: { name: 'windows' } })))).toEqual(['windows-pod']);
  });
});

describe('a pod without containers', () => {
  const none = [{ containers: null }, { containers: undefined }, { containers: [] }] as const;

  // With the sidecar it would be a valid pod, of the sidecar alone.
  it.each(none)('is refused when a sidecar is asked for: %j', spec => {
    for (const mode of ['native', 'classic', 'init']) {
      const decision = decide(podWith(gitSync({ mode }), { ...spec }));
      expect(decision.outcome).toBe('refused');
      expect(told(decision)[0]).toBe(
        'no-containers: sidecar.io/git-sync: the pod has no containers; write at least one to spec.containers',
      );
    }
  });

  it.each(none)('is let through when nothing is asked for, so that the API server can tell: %j', spec => {
    expect(decide(podWith({}, { ...spec }))).toMatchObject({ outcome: 'skipped', reason: 'not-requested' });
    expect(decide(podWith({ 'sidecar.io/inject': 'true' }, { ...spec }))).toMatchObject({
      outcome: 'skipped',
      reason: 'not-requested',
    });
    expect(decide(podWith({ ...gitSync(), 'sidecar.io/inject': 'false' }, { ...spec }))).toMatchObject({
      outcome: 'skipped',
      reason: 'opted-out',
    });
  });

  it('is refused although it has init containers', () => {
    const pod = podWith(gitSync(), { containers: null, initContainers: [{ name: 'setup' }] });
    expect(codes(decide(pod))).toContain('no-containers');
  });

  it('is told once, however many sidecars are asked for', () => {
    const annotations = { ...gitSync(), 'sidecar.io/git-sync_b': repository };
    const told = codes(decide(podWith(annotations, { containers: null })));
    expect(told.filter(code => code === 'no-containers')).toHaveLength(1);
  });

  it.each<Readonly<Record<string, string>>>([
    gitSync({ mount: '/site' }),
    gitSync({ mount: '/site', containers: 'app' }),
    { ...gitSync({ mount: '/site' }), 'kubectl.kubernetes.io/default-container': 'app' },
  ])('is the one problem although a mount is asked for: %j', annotations => {
    expect(codes(decide(podWith(annotations, { containers: null })))).toEqual(['no-containers']);
  });

  it('is told together with the other problems of the pod', () => {
    const pod = podWith({ ...gitSync(), 'sidecar.io/inject': 'maybe' }, { containers: null });
    expect(codes(decide(pod))).toEqual(['invalid-inject', 'no-containers', 'volume-not-mounted']);
  });
});
