import { describe, expect, it } from 'vitest';
import type { InjectionDecision } from '../../../../src/injection/inject.ts';
import { applyPatch } from '../../../../src/injection/patch/apply-patch.ts';
import { decide, gitSync, injected, podAfter, podWith, sidecarsOf } from '../../../injection-fixture.ts';

const policy = { unknownSidecars: 'warn' } as const;

const operationsOf = (decision: InjectionDecision) =>
  decision.outcome === 'skipped' ? decision.operations : expect.fail(JSON.stringify(decision));

const mark = '{"envoy":{"leftToOthers":true}}';
const markOperation = (value: string) => [
  { op: 'add', path: '/metadata/annotations/sidecar.io~1status', value },
];

describe('a pod that asks for sidecars of others only, where the operator lets them use the prefix', () => {
  const pod = podWith({ 'sidecar.io/envoy': 'x', 'example.com/a': 'b' });

  it('is marked as seen, and gets nothing else', () => {
    expect(operationsOf(decide(pod, { policy }))).toEqual(markOperation(mark));
  });

  it('is settled after one pass, and still warned of', () => {
    const marked = applyPatch(pod, operationsOf(decide(pod, { policy })) ?? []);
    const second = decide(marked, { policy });
    expect(second).toMatchObject({ outcome: 'skipped', warnings: [{ code: 'unknown-sidecar' }] });
    expect(operationsOf(second)).toBeUndefined();
  });

  it.each([
    ['of an earlier release', '{}'],
    ['that marks another', '{"other":{"leftToOthers":true}}'],
  ])('is marked in place of a status %s', (_what, status) => {
    const annotations = { 'sidecar.io/envoy': 'x', 'sidecar.io/status': status };
    const found = podWith(annotations);
    expect(operationsOf(decide(found, { policy }))).toEqual(markOperation(mark));
    const marked = applyPatch(found, operationsOf(decide(found, { policy })) ?? []);
    expect(operationsOf(decide(marked, { policy }))).toBeUndefined();
  });

  // The guard computes the same names with an expression of its own.
  it.each([
    ['sidecar.io/envoy_a', 'envoy-a'],
    ['sidecar.io/envoy_a.port', 'envoy-a'],
    ['sidecar.io/envoy.port', 'envoy'],
    ['sidecar.io/Envoy_A.b.c', 'Envoy-A'],
    ['sidecar.io/_x__y_', '-x--y-'],
    ['sidecar.io/a.', 'a'],
    ['sidecar.io/.a', ''],
    ['sidecar.io/', ''],
    ['sidecar.io/__proto__', '--proto--'],
    ['sidecar.io/constructor', 'constructor'],
    ['sidecar.io/inject.x', 'inject'],
  ])('is marked for %s by the name "%s"', (key, name) => {
    const operations = operationsOf(decide(podWith({ [key]: 'x' }), { policy }));
    expect(operations).toEqual(markOperation(`{${JSON.stringify(name)}:{"leftToOthers":true}}`));
  });

  it('has one entry for all keys of a name', () => {
    const annotations = { 'sidecar.io/envoy': 'x', 'sidecar.io/envoy.port': '1', 'sidecar.io/envoy.P': '1' };
    expect(operationsOf(decide(podWith(annotations), { policy }))).toEqual(markOperation(mark));
  });

  it('gets a sidecar of ours that is asked for after it was marked, and keeps its mark', () => {
    const annotations = { 'sidecar.io/envoy': 'x', 'sidecar.io/status': mark, ...gitSync() };
    const { sidecars, operations } = injected(podWith(annotations), { policy });
    expect(sidecars).toHaveLength(1);
    const [written] = operations.filter(({ path }) => path.endsWith('status'));
    expect(Object.keys(JSON.parse(String(written?.value)))).toEqual(['git-sync', 'envoy']);
    expect(String(written?.value)).toContain('"envoy":{"leftToOthers":true}');
  });

  it('gets a sidecar whose definition came after it was marked', () => {
    const annotations = { 'sidecar.io/envoy': 'true', 'sidecar.io/status': mark };
    const { operations } = injected(podWith(annotations), { policy, sidecars: sidecarsOf({ envoy: {} }) });
    const [written] = operations.filter(({ path }) => path.endsWith('status'));
    expect(JSON.parse(String(written?.value))).toMatchObject({ envoy: { containers: ['envoy'] } });
  });
});

describe('a pod that has its sidecar and asks for one of others later', () => {
  it('keeps the entry of its own, gets a mark for the other, and is settled', () => {
    const own = podAfter(podWith(gitSync()));
    const pod = podWith({ ...own.metadata.annotations, 'sidecar.io/envoy': 'x' }, own.spec);
    const operations = operationsOf(decide(pod, { policy })) ?? [];
    expect(operations.map(({ path }) => path)).toEqual(['/metadata/annotations/sidecar.io~1status']);
    expect(JSON.parse(String(operations[0]?.value))).toEqual({
      ...JSON.parse(own.metadata.annotations?.['sidecar.io/status'] ?? ''),
      envoy: { leftToOthers: true },
    });
    const second = decide(applyPatch(pod, operations), { policy });
    expect(second).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
    expect(operationsOf(second)).toBeUndefined();
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
