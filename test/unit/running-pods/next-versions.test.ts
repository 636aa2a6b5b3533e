import { describe, expect, it } from 'vitest';
import { PlanMemory } from '../../../src/injection/plan/plan-memory.ts';
import type { InjectionPolicy } from '../../../src/injection/policy.ts';
import { type RunningPod, readRunningPod } from '../../../src/kubernetes/running-pod.ts';
import { planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';
import { surveyPod } from '../../../src/running-pods/survey-pod.ts';
import { emptySidecarSet, nextSidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { defaultPolicy, podAfter, podWith } from '../../injection-fixture.ts';
import { filesWithNext, sidecarSetWithNext } from '../../next-versions.ts';
import { changed, injectedPod, survey, switchedOn } from './pods.ts';

const both = sidecarSetWithNext('logs');
/** The next version as it stands, under the name of the current one. */
const promoted = nextSidecarSet(emptySidecarSet, [
  { name: 'logs.yaml', text: filesWithNext('logs')[1]?.text ?? '' },
]);
const chosen = { versions: { logs: { next: 100 } } };
const asking = { ...switchedOn, 'sidecar.io/logs.version': 'next' };

const [v1, v2] = ['registry.example.com/logs:v1', 'registry.example.com/logs:v2'];

describe('a pod that runs with a next version', () => {
  it('is injected where it asks for it, or was chosen, and says which version it has', () => {
    const expected = {
      state: 'injected',
      version: 'next',
      definitionVersion: 'next',
      image: v2,
      definitionImage: v2,
    };
    expect(survey(injectedPod({ sidecars: both, annotations: asking }), both)).toMatchObject([expected]);
    const pod = injectedPod({ sidecars: both, policy: chosen });
    expect(survey(pod, both, chosen)).toMatchObject([expected]);
  });

  it('has the current version where that was promoted', () => {
    for (const annotations of [asking, switchedOn]) {
      const pod = injectedPod({ sidecars: both, annotations, policy: chosen });
      const [found] = survey(pod, promoted, chosen);
      expect(found).toMatchObject({ state: 'injected', image: v2 });
      expect(found).not.toHaveProperty('version');
    }
  });

  it('moves back in place where it is not chosen any more, and its status with it', () => {
    const pod = injectedPod({ sidecars: both, policy: chosen });
    const found = survey(pod, both);
    expect(found).toMatchObject([
      { state: 'outdated', difference: 'image', version: 'next', definitionImage: v1 },
    ]);
    const { moves, operations } = planUpgrade(pod, found);
    expect(moves).toEqual([{ container: 'logs', from: v2, to: v1 }]);
    const after = survey(changed(pod, operations), both);
    expect(after).toMatchObject([{ state: 'injected', image: v1 }]);
    expect(after[0]).not.toHaveProperty('version');
  });

  it('needs a rollout where the versions differ in more than the image', () => {
    const files = filesWithNext('logs', { container: { image: v2 }, parameters: {} });
    const set = nextSidecarSet(emptySidecarSet, files);
    const found = survey(injectedPod({ sidecars: set, policy: chosen }), set);
    expect(found).toMatchObject([{ difference: 'version' }]);
    expect(planUpgrade(injectedPod({ sidecars: set, policy: chosen }), found).obstacles).toEqual([
      {
        container: 'logs',
        kind: 'rollout',
        message: 'needs a rollout: another version of its definition counts for it now',
      },
    ]);
  });
});

describe('a pod that runs with the current version', () => {
  it('moves to the next one in place where it was chosen since, and its status with it', () => {
    const pod = injectedPod({ sidecars: both });
    const found = survey(pod, both, chosen);
    expect(found).toMatchObject([{ state: 'outdated', difference: 'image', definitionVersion: 'next' }]);
    const after = survey(changed(pod, planUpgrade(pod, found).operations), both, chosen);
    expect(after).toMatchObject([{ state: 'injected', image: v2, version: 'next' }]);
  });

  it('is nothing to the next version where it was not chosen', () => {
    const [found] = survey(injectedPod({ sidecars: both }), both);
    expect(found).toMatchObject({ state: 'injected' });
    expect(found).not.toHaveProperty('definitionVersion');
  });
});

describe('a pod that would be refused with the next version, and got the current one', () => {
  const ports = [{ containerPort: 80 }];
  const clashing = (image: string) =>
    nextSidecarSet(emptySidecarSet, filesWithNext('logs', { container: { image, ports } }));
  const set = clashing('registry.example.com/logs:v2');
  const pod = podAfter(podWith(switchedOn, { containers: [{ name: 'app', ports }] }), {
    sidecars: set,
    policy: chosen,
  });
  const running = readRunningPod({
    ...pod,
    metadata: { ...pod.metadata, name: 'web', namespace: 'shop', uid: 'uid-1' },
    status: { phase: 'Running' },
  });

  it('is up to date', () => {
    expect(JSON.stringify(running)).toContain('declined');
    expect(survey(running, set, chosen)).toMatchObject([{ state: 'injected', image: v1 }]);
  });

  it('is outdated as soon as the next version is another one, which may fit', () => {
    const other = clashing('registry.example.com/logs:v3');
    expect(survey(running, other, chosen)).toMatchObject([{ state: 'outdated', difference: 'version' }]);
  });
});

describe('a pod whose settings nobody may read', () => {
  const surveyed = (pod: RunningPod, policy: Partial<InjectionPolicy> = {}) => {
    const plans = new PlanMemory(both, { ...defaultPolicy, ...policy });
    const unknown = { sources: [], areAllKnown: false };
    return surveyPod(pod, (...known) => plans.planFor(...known), unknown);
  };

  it('is compared with the version that it has, so that upgrade moves it to no other', () => {
    expect(surveyed(injectedPod({ sidecars: both, policy: chosen }))).toMatchObject([
      { state: 'injected', version: 'next', definitionImage: v2 },
    ]);
    expect(surveyed(injectedPod({ sidecars: both }), chosen)).toMatchObject([
      { state: 'injected', definitionImage: v1 },
    ]);
  });

  it('is outdated where its own annotation asks for another one', () => {
    const { metadata, ...pod } = injectedPod({ sidecars: both, annotations: asking });
    const annotations = { ...metadata.annotations, 'sidecar.io/logs.version': 'current' };
    expect(surveyed({ ...pod, metadata: { ...metadata, annotations } })).toMatchObject([
      { state: 'outdated', difference: 'parameters' },
    ]);
  });
});
