/** Pods that policies of the API server injected are surveyed, upgraded and taken as those of the webhook. */
import { describe, expect, it } from 'vitest';
import { createInjector } from '../../../src/injection/inject.ts';
import type { RunningPod } from '../../../src/kubernetes/running-pod.ts';
import { planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';
import type { SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { byPolicy } from '../../by-policy.ts';
import { defaultPolicy } from '../../injection-fixture.ts';
import { changed, injectedPod, logs, logsWith, newerLogs, survey, switchedOn } from './pods.ts';

const policyPod = (options: Parameters<typeof injectedPod>[0] = {}): RunningPod =>
  byPolicy(injectedPod(options));

const inject = (pod: RunningPod, sidecars: SidecarSet) => createInjector(sidecars, defaultPolicy)(pod);

const statusOf = (pod: RunningPod) => JSON.parse(pod.metadata.annotations?.['sidecar.io/status'] ?? '{}');

function annotated(pod: RunningPod, annotations: Readonly<Record<string, string>>): RunningPod {
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...annotations } },
  };
}

describe('a pod that a policy injected', () => {
  it('has what a new one would get, and says who put it in', () => {
    expect(survey(policyPod(), logs)).toMatchObject([
      { state: 'injected', difference: undefined, by: 'policy' },
    ]);
    expect(survey(injectedPod(), logs)[0]).not.toHaveProperty('by');
  });

  it.each<readonly [what: string, pod: RunningPod, now: SidecarSet, difference: string]>([
    ['by another image', policyPod(), newerLogs, 'image'],
    ['by another definition', policyPod(), logsWith({ args: ['--x'] }), 'definition'],
    ['by edited annotations', annotated(policyPod(), { 'sidecar.io/logs.cpu': '50m' }), logs, 'parameters'],
  ])('is outdated %s', (_what, pod, now, difference) => {
    expect(survey(pod, now)).toMatchObject([{ state: 'outdated', difference, by: 'policy' }]);
  });

  it('says of what nothing asks for any more who put it in', () => {
    const pod = policyPod();
    const { 'sidecar.io/logs': _switch, ...annotations } = pod.metadata.annotations ?? {};
    const withdrawn = { ...pod, metadata: { ...pod.metadata, annotations } };
    expect(survey(withdrawn, logs)).toMatchObject([{ difference: 'withdrawn', by: 'policy' }]);
  });

  it('may have another sidecar of the webhook', () => {
    const both = injectedPod({ annotations: { ...switchedOn, 'sidecar.io/logs_audit': 'true' } });
    const pod = byPolicy(both, { names: ['logs'] });
    expect(survey(pod, logs).map(({ container, state, by }) => [container, state, by])).toEqual([
      ['logs', 'injected', 'policy'],
      ['logs-audit', 'injected', undefined],
    ]);
    expect(inject(pod, logs)).toMatchObject({ reason: 'already-injected' });
  });

  it('is upgraded in place, and is afterwards one that the webhook leaves alone', () => {
    const pod = policyPod();
    const { operations, moves } = planUpgrade(pod, survey(pod, newerLogs));
    expect(moves).toEqual([{ container: 'logs', from: 'example.com/logs:v1', to: 'example.com/logs:v2' }]);
    const after = changed(pod, operations);
    const before = statusOf(pod).logs;
    expect(statusOf(after).logs).toEqual({
      ...before,
      definition: newerLogs.sidecars.get('logs')?.hash,
      imageBefore: 'example.com/logs:v1',
      definitionBefore: before.definition,
    });
    expect(statusOf(after).logs).toMatchObject({ by: 'policy', parameters: '[["","true"]]' });
    expect(inject(after, newerLogs)).toEqual({
      outcome: 'skipped',
      reason: 'already-injected',
      warnings: [],
    });
    expect(survey(after, newerLogs)).toMatchObject([{ state: 'injected', by: 'policy' }]);
  });

  it('is known by its whole text, however long that is', () => {
    const long = { ...switchedOn, 'sidecar.io/logs.note': `${'é"\\'.repeat(1300)}` };
    const noting = logsWith(
      {},
      { parameters: { note: { type: 'string', default: 'none', description: 'Note.' } } },
    );
    const pod = policyPod({ annotations: long, sidecars: noting });
    expect(inject(pod, noting)).toMatchObject({ reason: 'already-injected' });
    const edited = annotated(pod, { 'sidecar.io/logs.note': `${'é"\\'.repeat(1299)}é"x` });
    expect(inject(edited, noting)).toMatchObject({ outcome: 'refused' });
  });
});
