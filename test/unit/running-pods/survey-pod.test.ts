import { describe, expect, it } from 'vitest';
import { gitSync, repository, shippedSidecars, sidecarsOf } from '../../injection-fixture.ts';
import { barePod, injectedPod, logs, logsWith, newerLogs, survey, switchedOn } from './pods.ts';

describe('a pod', () => {
  it('that was injected with the definition in force is injected', () => {
    expect(survey(injectedPod(), logs)).toEqual([
      {
        sidecar: 'logs',
        container: 'logs',
        state: 'injected',
        mode: 'native',
        image: 'example.com/logs:v1',
        definitionImage: 'example.com/logs:v1',
        definition: logs.sidecars.get('logs')?.hash,
        difference: undefined,
      },
    ]);
  });

  it('whose definition got another image is outdated, with both images', () => {
    expect(survey(injectedPod(), newerLogs)).toEqual([
      expect.objectContaining({
        state: 'outdated',
        image: 'example.com/logs:v1',
        definitionImage: 'example.com/logs:v2',
        definition: newerLogs.sidecars.get('logs')?.hash,
        difference: 'image',
      }),
    ]);
  });

  it('has one line for each instance', () => {
    const annotations = { ...gitSync(), 'sidecar.io/git-sync_docs': repository };
    const pod = injectedPod({ annotations, sidecars: shippedSidecars });
    const found = survey(pod, shippedSidecars).map(({ sidecar, container }) => `${sidecar} ${container}`);
    expect(found).toEqual(['git-sync git-sync', 'git-sync git-sync-docs']);
  });

  it.each([
    ['more than the image', logsWith({ image: 'example.com/logs:v2', args: ['--x'] }), 'definition'],
    ['everything but the image', logsWith({ args: ['--x'] }), 'definition'],
    ['its modes', logsWith({}, { modes: ['classic'] }), 'definition'],
    ['its existence', sidecarsOf({ other: {} }), 'unplanned'],
  ])('whose definition changed in %s is outdated', (_what, sidecars, difference) => {
    expect(survey(injectedPod(), sidecars)).toMatchObject([{ state: 'outdated', difference }]);
  });

  it('that has the image of another registry than the configuration names is outdated', () => {
    const found = survey(injectedPod(), logs, { imageRegistry: 'mirror.example.com' });
    expect(found).toMatchObject([
      { state: 'outdated', definitionImage: 'mirror.example.com/logs:v1', difference: 'image' },
    ]);
  });

  it('that has another image than the configuration names is outdated, and one that has it is not', () => {
    const images = { logs: `registry.example.com/logs@sha256:${'0'.repeat(64)}` };
    expect(survey(injectedPod(), logs, { images })).toMatchObject([
      { state: 'outdated', definitionImage: images.logs, difference: 'image' },
    ]);
    expect(survey(injectedPod({ policy: { images } }), logs, { images })).toMatchObject([
      { state: 'injected' },
    ]);
  });

  it('whose annotations were changed after its creation is outdated', () => {
    const pod = injectedPod();
    const annotations = { ...pod.metadata.annotations, 'sidecar.io/logs.cpu': '50m' };
    const changed = { ...pod, metadata: { ...pod.metadata, annotations } };
    expect(survey(changed, logs)).toMatchObject([{ state: 'outdated', difference: 'parameters' }]);
  });

  it('whose request was withdrawn is outdated', () => {
    const pod = injectedPod();
    const { 'sidecar.io/logs': _switch, ...annotations } = pod.metadata.annotations ?? {};
    const changed = { ...pod, metadata: { ...pod.metadata, annotations } };
    expect(survey(changed, logs)).toMatchObject([
      { sidecar: '', container: 'logs', state: 'outdated', difference: 'withdrawn' },
    ]);
  });

  it('that is annotated and has no sidecar is bare', () => {
    expect(survey(barePod(switchedOn), logs)).toMatchObject([
      { container: 'logs', state: 'bare', image: undefined, difference: 'missing' },
    ]);
  });

  it('whose sidecar somebody took out again, status and all the rest left, is bare', () => {
    const pod = injectedPod({ spec: { initContainers: [] } });
    expect(survey(pod, logs)).toMatchObject([{ state: 'bare' }]);
  });

  it('that asks for a sidecar that its definition refuses is bare', () => {
    const annotations = { ...switchedOn, 'sidecar.io/logs.cpu': 'much' };
    expect(survey(barePod(annotations), logs)).toMatchObject([{ state: 'bare' }]);
  });

  it.each([
    ['asks for nothing', {}],
    ['switches its sidecar off', { 'sidecar.io/logs': 'false' }],
    ['opted out', { ...switchedOn, 'sidecar.io/inject': 'false' }],
    ['belongs to a node', { ...switchedOn, 'kubernetes.io/config.mirror': 'x' }],
  ])('that %s has nothing to survey', (_why, annotations) => {
    expect(survey(barePod(annotations), logs)).toEqual([]);
  });

  it('that asks for what others provide under our prefix is not bare', () => {
    const pod = barePod({ 'sidecar.io/theirs': 'true' });
    expect(survey(pod, logs, { unknownSidecars: 'warn' })).toEqual([]);
    expect(survey(pod, logs)).toMatchObject([{ state: 'bare' }]);
    const marked = { 'sidecar.io/theirs': 'true', 'sidecar.io/status': '{"theirs":{"leftToOthers":true}}' };
    expect(survey(barePod(marked), logs, { unknownSidecars: 'warn' })).toEqual([]);
    expect(survey(barePod({ 'sidecar.io/status': marked['sidecar.io/status'] }), logs)).toEqual([]);
  });

  it.each([
    ['has ended', { status: { phase: 'Succeeded' } }],
    ['has failed', { status: { phase: 'Failed' } }],
    ['is being deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }],
  ])('that %s has nothing to survey', (_why, options) => {
    expect(survey(injectedPod(options), newerLogs)).toEqual([]);
  });
});
