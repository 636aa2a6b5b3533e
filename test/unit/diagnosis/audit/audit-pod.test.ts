import { describe, expect, it } from 'vitest';
import { auditPod } from '../../../../src/diagnosis/audit/audit-pod.ts';
import { createInjector } from '../../../../src/injection/inject.ts';
import { PlanMemory } from '../../../../src/injection/plan/plan-memory.ts';
import type { InjectionPolicy } from '../../../../src/injection/policy.ts';
import type { RunningPod } from '../../../../src/kubernetes/running-pod.ts';
import type { SidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import { byPolicy } from '../../../by-policy.ts';
import { defaultPolicy, sidecarsOf } from '../../../injection-fixture.ts';
import { barePod, injectedPod, logs, logsWith, newerLogs, switchedOn } from '../../running-pods/pods.ts';

/** What is found in a pod: sidecar, code, and which pods it is about; then the messages. */
function found(pod: RunningPod, set: SidecarSet = logs, policy: Partial<InjectionPolicy> = {}) {
  const whole = { ...defaultPolicy, ...policy };
  const plans = new PlanMemory(set, whole);
  const engine = {
    injector: createInjector(set, whole),
    planFor: (known: RunningPod) => plans.planFor(known),
  };
  return auditPod(pod, engine as Parameters<typeof auditPod>[1]);
}

const inShort = (...args: Parameters<typeof found>) =>
  found(...args).map(({ sidecar, code, about }) => `${about} ${sidecar} ${code}`);

const period = (minimum: string) =>
  logsWith(
    {},
    { parameters: { period: { type: 'duration', default: '2m', minimum, description: 'Pause.' } } },
  );
const every10s = { ...switchedOn, 'sidecar.io/logs.period': '10s' };
const every10sPod = injectedPod({ annotations: every10s, sidecars: period('1s') });
const withPort = logsWith({ ports: [{ containerPort: 8080 }] });
const listening = { containers: [{ name: 'app', image: 'nginx:1.29', ports: [{ containerPort: 8080 }] }] };

describe('a pod that runs', () => {
  it.each<readonly [what: string, pod: RunningPod, set: SidecarSet, expected: readonly string[]]>([
    ['has nothing to do with sidecars', barePod({}), logs, []],
    ['has what a new one would get', injectedPod(), logs, []],
    ['has by a policy what a new one would get', byPolicy(injectedPod()), logs, []],
    [
      'has an older image by a policy',
      byPolicy(injectedPod()),
      newerLogs,
      ['present logs definition-outdated'],
    ],
    ['has an older image', injectedPod(), newerLogs, ['present logs definition-outdated']],
    [
      'has an older definition',
      injectedPod(),
      logsWith({ args: ['--other'] }),
      ['present logs definition-outdated'],
    ],
    ['is bare', barePod(switchedOn), logs, ['present logs pod-bare']],
    ['opted out', barePod({ ...switchedOn, 'sidecar.io/inject': 'false' }), logs, []],
    ['has ended', injectedPod({ status: { phase: 'Succeeded' } }), newerLogs, []],
    [
      'asks for what no definition knows',
      barePod({ 'sidecar.io/lugs': 'true' }),
      logs,
      ['next lugs unknown-sidecar'],
    ],
    [
      'has what no definition knows any more',
      injectedPod(),
      sidecarsOf({ other: {} }),
      ['next logs unknown-sidecar'],
    ],
    [
      'has an annotation that the definition does not take any more',
      every10sPod,
      period('1m'),
      ['next logs invalid-value'],
    ],
    ['has an annotation that the definition takes', every10sPod, period('1s'), []],
  ])('that %s', (_, pod, set, expected) => {
    expect(inShort(pod, set)).toEqual(expected);
  });

  it('is judged without what was put into it, so that nothing of it is in its own way', () => {
    const pod = injectedPod({ spec: {} });
    expect(pod.spec.initContainers?.map(({ name }) => name)).toEqual(['logs']);
    expect(inShort(pod, newerLogs)).toEqual(['present logs definition-outdated']);
  });

  it('is told where the new definition clashes with the pod itself and not with its annotations', () => {
    const pod = { ...injectedPod(), spec: { ...injectedPod().spec, containers: listening.containers } };
    expect(inShort(pod as RunningPod, withPort)).toEqual([
      'present logs definition-outdated',
      'next logs port-taken',
    ]);
  });

  it('whose annotations were edited', () => {
    const pod = injectedPod();
    const annotations = { ...pod.metadata.annotations, 'sidecar.io/logs.cpu': '1' };
    expect(inShort({ ...pod, metadata: { ...pod.metadata, annotations } })).toEqual([
      'present logs parameters-changed',
    ]);
  });

  it('whose annotation was taken away', () => {
    const pod = injectedPod();
    const { 'sidecar.io/logs': _, ...annotations } = pod.metadata.annotations ?? {};
    expect(inShort({ ...pod, metadata: { ...pod.metadata, annotations } })).toEqual([
      'present logs request-withdrawn',
    ]);
  });

  it('whose status nobody can read', () => {
    const annotations = { ...switchedOn, 'sidecar.io/status': '{' };
    expect(inShort(barePod(annotations))).toContain('next  invalid-status');
  });

  it('that leaves a name to others, as the operator lets it', () => {
    const pod = barePod({ ...switchedOn, 'sidecar.io/lugs': 'true' });
    expect(inShort(pod, logs, { unknownSidecars: 'warn' })).toEqual([
      'present logs pod-bare',
      'next lugs unknown-sidecar',
    ]);
  });

  it('is told in words that say what would happen', () => {
    const [finding] = found(every10sPod, period('1m'));
    expect(finding?.message).toMatch(
      /^created again it is refused: annotation sidecar\.io\/logs\.period: got "10s"; use a duration .* at least 1m$/,
    );
    expect(found(injectedPod(), newerLogs)[0]?.message).toBe(
      'logs: the image differs: example.com/logs:v1, now example.com/logs:v2',
    );
  });

  it('is only read', () => {
    const pod = injectedPod();
    const before = structuredClone(pod);
    found(pod, newerLogs);
    expect(pod).toEqual(before);
  });
});
