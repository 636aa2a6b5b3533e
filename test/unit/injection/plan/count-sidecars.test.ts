import { describe, expect, it } from 'vitest';
import { planSidecars } from '../../../../src/injection/plan/plan-sidecars.ts';
import { traitsOf } from '../../../../src/injection/render/pod-traits.ts';
import type { Pod } from '../../../../src/kubernetes/pod.ts';
import {
  codes,
  decide,
  defaultPolicy,
  gitSync,
  podAfter,
  podWith,
  repository,
  type Setting,
  shippedSidecars,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';
import { annotated, decideOn, toldOf, workloadWith } from '../../../workload-fixture.ts';

const plain = sidecarsOf({ plain: {} });

/** Annotations for so many instances, `plain_0` and on. */
const instances = (count: number, value = 'true', sidecar = 'plain') =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`sidecar.io/${sidecar}_${index}`, value] as const),
  );

const about = (count: number, maximum = 10) =>
  `too-many-sidecars: the annotations ask for ${count} sidecars, at most ${maximum} may be in a pod; ` +
  'remove some, or have maximumSidecars raised in the configuration of the injector';

const toldAbout = (annotations: Record<string, string>, setting: Setting = {}) =>
  told(decide(podWith(annotations), { sidecars: plain, ...setting }));

describe('a pod that asks for many sidecars', () => {
  it('gets as many as it may have', () => {
    expect(decide(podWith(instances(10)), { sidecars: plain })).toMatchObject({ outcome: 'injected' });
    const policy = { maximumSidecars: 100 };
    expect(decide(podWith(instances(100)), { sidecars: plain, policy })).toMatchObject({
      outcome: 'injected',
    });
  });

  it('is refused when it asks for more, with both numbers and what to do', () => {
    expect(toldAbout(instances(11))).toEqual([about(11)]);
    expect(toldAbout(instances(3), { policy: { maximumSidecars: 2 } })).toEqual([about(3, 2)]);
  });

  it('is told nothing about the values of the others', () => {
    expect(toldAbout(instances(11, 'wrong'))).toEqual([about(11)]);
  });

  it('may switch off more, and set as many parameters as it likes', () => {
    const parameters = Object.fromEntries(
      ['cpu', 'memory', 'mode'].map(name => [`sidecar.io/plain_0.${name}`, name === 'mode' ? 'auto' : '1']),
    );
    const annotations = { ...instances(100, 'false'), ...instances(10), ...parameters };
    expect(decide(podWith(annotations), { sidecars: plain })).toMatchObject({ outcome: 'injected' });
  });

  it('is refused for parameters of more, although their switches are missing', () => {
    const entries = Object.keys(instances(11)).map(key => [`${key}.cpu`, '1']);
    expect(toldAbout(Object.fromEntries(entries))).toEqual([about(11)]);
  });

  it('may name more of others where the operator lets them use the prefix, but not without end', () => {
    const policy = { unknownSidecars: 'warn' } as const;
    const annotations = { ...instances(10), ...instances(90, 'x', 'envoy') };
    expect(decide(podWith(annotations), { sidecars: plain, policy })).toMatchObject({ outcome: 'injected' });
    expect(toldAbout(instances(101, 'x', 'envoy'), { policy })).toEqual([
      'too-many-sidecars: the annotations name 101 sidecars that are switched off or left to others, at most 100 may be; remove some',
    ]);
    expect(toldAbout(instances(11, 'x', 'envoy'))).toEqual([about(11)]);
  });

  it('has only its keys read', () => {
    const pod = podWith(instances(5000));
    const plan = planSidecars(
      pod.metadata.annotations ?? {},
      traitsOf(pod, []),
      shippedSidecars,
      defaultPolicy,
    );
    expect(plan).toEqual({
      sidecars: [],
      leftToOthers: [],
      findings: [
        {
          kind: 'refusal',
          code: 'too-many-sidecars',
          where: 'metadata.annotations',
          message: about(5000).slice(19),
        },
      ],
    });
    const few = planSidecars(instances(11), traitsOf(pod, []), plain, defaultPolicy);
    expect(few.sidecars.every(({ rendered, findings }) => !rendered && findings.length === 0)).toBe(true);
  });
});

describe('a pod that has more sidecars than it may ask for by now', () => {
  const policy = { maximumSidecars: 2 };
  const injectedPod = podAfter(podWith(instances(3)), { sidecars: plain });
  const annotatedWith = (annotations: Record<string, string>): Pod => ({
    ...injectedPod,
    metadata: { annotations: { ...injectedPod.metadata.annotations, ...annotations } },
  });

  it('is left alone when it comes again', () => {
    expect(decide(injectedPod, { sidecars: plain, policy })).toEqual({
      outcome: 'skipped',
      reason: 'already-injected',
      warnings: [],
    });
    const off = annotatedWith({ 'sidecar.io/plain_off': 'false' });
    expect(decide(off, { sidecars: plain, policy })).toMatchObject({ reason: 'already-injected' });
  });

  it('gets no more', () => {
    const asking = annotatedWith({ 'sidecar.io/plain_more': 'true' });
    expect(codes(decide(asking, { sidecars: plain, policy }))).toEqual(['too-many-sidecars']);
  });

  it('is refused where its annotations were edited, as ever', () => {
    const edited = annotatedWith({ 'sidecar.io/plain_0.cpu': '1' });
    expect(codes(decide(edited, { sidecars: plain, policy }))).toEqual(['parameters-changed']);
  });
});

describe('a workload that asks for many sidecars', () => {
  const many = instances(11, repository, 'git-sync');

  it('is refused where it is made, by its own annotations and by those of its template', () => {
    expect(toldOf(decideOn(workloadWith({ annotations: many })))).toEqual([about(11)]);
    expect(toldOf(decideOn(workloadWith({ template: many })))).toEqual([about(11)]);
  });

  it('can get another image although it asked for too many before', () => {
    const before = workloadWith({ template: many });
    const after = workloadWith({
      template: many,
      podSpec: { containers: [{ name: 'app', image: 'nginx:1.30' } as never] },
    });
    expect(decideOn(after, before)).toMatchObject({
      outcome: 'skipped',
      warnings: [{ code: 'too-many-sidecars' }],
    });
  });

  it('is refused when it asks for still more', () => {
    const before = workloadWith({ annotations: many });
    expect(toldOf(decideOn(annotated(before, gitSync()), before))).toContain(about(12));
  });
});
