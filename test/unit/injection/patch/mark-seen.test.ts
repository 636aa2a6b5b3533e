import { describe, expect, it } from 'vitest';
import type { InjectionDecision } from '../../../../src/injection/inject.ts';
import { applyPatch } from '../../../../src/injection/patch/apply-patch.ts';
import { decide, gitSync, injected, podWith, sidecarsOf } from '../../../injection-fixture.ts';

const policy = { unknownSidecars: 'warn' } as const;

const operationsOf = (decision: InjectionDecision) =>
  decision.outcome === 'skipped' ? decision.operations : expect.fail(JSON.stringify(decision));

describe('a pod that asks for sidecars of others only, where the operator lets them use the prefix', () => {
  const pod = podWith({ 'sidecar.io/envoy': 'x', 'example.com/a': 'b' });

  it('is marked as seen with an empty status, and gets nothing else', () => {
    const status = { op: 'add', path: '/metadata/annotations/sidecar.io~1status', value: '{}' };
    expect(operationsOf(decide(pod, { policy }))).toEqual([status]);
  });

  it('is settled after one pass, and still warned of', () => {
    const marked = applyPatch(pod, operationsOf(decide(pod, { policy })) ?? []);
    const second = decide(marked, { policy });
    expect(second).toMatchObject({ outcome: 'skipped', warnings: [{ code: 'unknown-sidecar' }] });
    expect(operationsOf(second)).toBeUndefined();
  });

  it('gets a sidecar of ours that is asked for after it was marked', () => {
    const annotations = { 'sidecar.io/envoy': 'x', 'sidecar.io/status': '{}', ...gitSync() };
    expect(injected(podWith(annotations), { policy }).sidecars).toHaveLength(1);
  });
});

describe('a pod that gets nothing', () => {
  const sidecars = sidecarsOf({ plain: {} });

  it.each<Record<string, string>>([
    {},
    { 'example.com/a': 'b' },
    { 'sidecar.io/inject': 'true' },
    { 'sidecar.io/inject': 'false', 'sidecar.io/envoy': 'x' },
    { 'sidecar.io/plain': 'false' },
    { 'kubernetes.io/config.mirror': 'x', 'sidecar.io/envoy': 'x' },
  ])('stays as it is where it asks for nothing: %j', annotations => {
    expect(operationsOf(decide(podWith(annotations), { sidecars, policy }))).toBeUndefined();
  });
});
