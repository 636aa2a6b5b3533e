import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../../src/kubernetes/pod.ts';
import {
  codes,
  decide,
  gitSync,
  podAfter,
  podWith,
  repository,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

/** An injected pod, its annotations edited since; one that is undefined is taken off. */
function edited(pod: Pod, changes: Readonly<Record<string, string | undefined>>): Pod {
  const annotations = Object.entries({ ...pod.metadata.annotations, ...changes }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: Object.fromEntries(annotations) as Record<string, string> },
  };
}

const injectedPod = podAfter(podWith(gitSync({ mount: '/site' })));

describe('a pod that was injected before', () => {
  it('is left alone', () => {
    expect(decide(injectedPod)).toEqual({ outcome: 'skipped', reason: 'already-injected', warnings: [] });
  });

  it('is left alone although the definition is another since', () => {
    const sidecars = sidecarsOf({ logs: {} });
    const newer = sidecarsOf({ logs: { container: { image: 'example.com/sidecar:v2' }, order: 5 } });
    const pod = podAfter(podWith({ 'sidecar.io/logs': 'true' }), { sidecars });
    expect(decide(pod, { sidecars: newer })).toEqual({
      outcome: 'skipped',
      reason: 'already-injected',
      warnings: [],
    });
  });

  it.each([
    ['a value was edited', { 'sidecar.io/git-sync': 'https://example.com/other' }],
    ['a parameter was edited', { 'sidecar.io/git-sync.mount': '/other' }],
    ['a parameter was added', { 'sidecar.io/git-sync.ref': 'main' }],
    ['a parameter was taken off', { 'sidecar.io/git-sync.mount': undefined }],
    ['a value became one that would be refused', { 'sidecar.io/git-sync': 'ext::x' }],
  ])('is refused when %s', (_what, changes) => {
    const decision = decide(edited(injectedPod, changes));
    expect(codes(decision)).toEqual(['parameters-changed']);
    expect(told(decision)[0]).toMatch(
      /take that out with "sidecar-injector uninject -f FILE", and create the pod of what is left$/,
    );
  });

  it('may get other annotations, of others and of ours that are no requests', () => {
    const changes = { 'example.com/x': 'y', 'sidecar.io/inject': 'true', 'sidecar.io/propagated': '{}' };
    expect(decide(edited(injectedPod, changes))).toMatchObject({ reason: 'already-injected' });
  });

  it('is warned of a request that was taken back, and left alone', () => {
    const changes = { 'sidecar.io/git-sync': undefined, 'sidecar.io/git-sync.mount': undefined };
    const decision = decide(edited(injectedPod, changes));
    expect(decision.outcome).toBe('skipped');
    expect(codes(decision)).toEqual(['request-withdrawn']);
  });

  it('counts as one that asks for nothing when its request was taken back', () => {
    const changes = { 'sidecar.io/git-sync': undefined, 'sidecar.io/git-sync.mount': undefined };
    expect(decide(edited(injectedPod, changes))).toMatchObject({ reason: 'not-requested' });
  });

  it('gets a second instance that is asked for later, beside the first', () => {
    const pod = edited(injectedPod, {
      'sidecar.io/git-sync_docs': repository,
      'sidecar.io/git-sync_docs.mount': '/docs',
    });
    const after = podAfter(pod);
    expect(after.spec.initContainers?.map(({ name }) => name).toSorted()).toEqual([
      'git-sync',
      'git-sync-docs',
    ]);
    expect(Object.keys(JSON.parse(after.metadata.annotations?.['sidecar.io/status'] ?? ''))).toEqual([
      'git-sync',
      'git-sync-docs',
    ]);
    expect(decide(after)).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
  });

  it('gets its container back when that was taken out, with the volumes that are still there', () => {
    const bare = { ...injectedPod, spec: { ...injectedPod.spec, initContainers: [] } };
    const after = podAfter(bare);
    expect(after.spec).toEqual(injectedPod.spec);
    expect(JSON.parse(after.metadata.annotations?.['sidecar.io/status'] ?? '')).toEqual(
      JSON.parse(injectedPod.metadata.annotations?.['sidecar.io/status'] ?? ''),
    );
  });

  it('gets its container back with new values when annotations were edited too', () => {
    const bare = edited(
      { ...injectedPod, spec: { ...injectedPod.spec, initContainers: null } },
      { 'sidecar.io/git-sync.ref': 'main' },
    );
    expect(JSON.stringify(podAfter(bare).spec.initContainers)).toContain('--ref=main');
  });
});

describe('a status that someone else wrote', () => {
  it('does not make a container of the app ours', () => {
    const status = {
      'git-sync': { definition: 'x', parameters: 'x', mode: 'native', containers: ['git-sync'], volumes: [] },
    };
    const pod = podWith(
      { ...gitSync(), 'sidecar.io/status': JSON.stringify(status) },
      { initContainers: [{ name: 'git-sync', restartPolicy: 'Always' }] },
    );
    expect(decide(pod)).toMatchObject({ outcome: 'refused' });
  });

  const entry = { definition: 'x', parameters: 'x', mode: 'init', containers: ['a\nb'], volumes: [] };
  const strange = (mode: string) => ({
    ...gitSync({ mount: '/site' }),
    'sidecar.io/status': JSON.stringify({ 'a\nb': { ...entry, mode } }),
  });

  // The API server refuses such a name, though only after the webhooks.
  it('is repeated in single lines', () => {
    const decision = decide(podWith(strange('init'), { initContainers: [{ name: 'a\nb' }] }));
    expect(codes(decision)).toEqual(['request-withdrawn']);
    expect(told(decision).join('')).not.toMatch(/\n/);
  });

  it('is repeated in single lines where a native sidecar was lost', () => {
    const decision = decide(podWith(strange('native'), { initContainers: [{ name: 'a\nb' }] }));
    expect(codes(decision)).toContain('native-lost');
    expect(told(decision).join('')).not.toMatch(/\n/);
  });
});
