import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../../src/injection/patch/apply-patch.ts';
import type { InjectionPolicy } from '../../../../src/injection/policy.ts';
import { uninject } from '../../../../src/injection/uninject.ts';
import type { Pod } from '../../../../src/kubernetes/pod.ts';
import { decide, injected, podAfter, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const sidecars = sidecarsOf({
  logs: { imagePullSecrets: [{ name: 'logs' }, { name: 'mirror' }] },
  other: {},
});
const podOf = (secrets?: unknown, ...names: readonly string[]) =>
  podWith(
    Object.fromEntries((names.length > 0 ? names : ['logs']).map(name => [`sidecar.io/${name}`, 'true'])),
    secrets === undefined ? {} : { imagePullSecrets: secrets },
  );
const secretsOf = ({ spec }: Pod) => spec.imagePullSecrets;
const named = (...names: readonly string[]) => names.map(name => ({ name }));
const statusOf = (pod: Pod) => JSON.parse(pod.metadata.annotations?.['sidecar.io/status'] ?? '{}');
const allowed: Partial<InjectionPolicy> = { pullSecrets: ['company'] };
const putInto = (pod: Pod, policy = allowed) => podAfter(pod, { sidecars, policy });

describe('Secrets for pulling images', () => {
  it.each<readonly [what: string, secrets: unknown, expected: readonly object[]]>([
    ['has none', undefined, named('logs', 'mirror', 'company')],
    ['has none and says so', null, named('logs', 'mirror', 'company')],
    ['has an empty list', [], named('logs', 'mirror', 'company')],
    ['has its own', named('own'), named('own', 'logs', 'mirror', 'company')],
    ['has one of them', named('mirror', 'own'), named('mirror', 'own', 'logs', 'company')],
    ['has one without a name', [{}], [{}, ...named('logs', 'mirror', 'company')]],
  ])('go behind those of a pod that %s', (_what, secrets, expected) => {
    expect(secretsOf(putInto(podOf(secrets)))).toEqual(expected);
  });

  it('are not added to what the API server would refuse', () => {
    expect(secretsOf(putInto(podOf('company')))).toBe('company');
  });

  it('are not asked for by a pod without a sidecar', () => {
    const decision = decide(podWith({}), { sidecars, policy: allowed });
    expect(decision).toMatchObject({ outcome: 'skipped' });
    expect('operations' in decision && decision.operations).toBeFalsy();
  });

  it('stand in the status of each sidecar that brings them, without those of the pod', () => {
    const pod = putInto(podOf(named('mirror'), 'logs', 'other'));
    expect(statusOf(pod)).toMatchObject({
      logs: { imagePullSecrets: ['logs', 'company'] },
      other: { imagePullSecrets: ['company'] },
    });
  });

  it('come with a sidecar that is asked for later, and stay in its status too', () => {
    const once = putInto(podOf(named('own'), 'other'));
    const annotations = { ...once.metadata.annotations, 'sidecar.io/logs': 'true' };
    const twice = putInto({ ...once, metadata: { ...once.metadata, annotations } });
    expect(secretsOf(twice)).toEqual(named('own', 'company', 'logs', 'mirror'));
    expect(statusOf(twice).logs.imagePullSecrets).toEqual(['logs', 'mirror', 'company']);
    expect(decide(twice, { sidecars, policy: allowed })).toMatchObject({ reason: 'already-injected' });
  });

  it.each([undefined, named('own'), [], 'odd'])('go with the sidecars: %j', secrets => {
    const removal = uninject(putInto(podOf(secrets)));
    if (removal.outcome !== 'uninjected') throw new Error(removal.outcome);
    const left = applyPatch(putInto(podOf(secrets)), removal.operations) as Pod;
    expect(secretsOf(left)).toEqual(secrets ?? []);
  });
});

describe('where the operator does not allow them', () => {
  it('no pod gets any, and whoever asks for the sidecar is told', () => {
    const decision = injected(podOf(named('mirror')), { sidecars });
    expect(decision.operations.filter(({ path }) => path.includes('imagePullSecrets'))).toEqual([]);
    expect(told(decision)).toEqual([
      'pull-secrets-left-out: sidecar.io/logs: imagePullSecrets logs are left out, allowImagePullSecrets is not set',
    ]);
    expect(statusOf(putInto(podOf(), {})).logs).not.toHaveProperty('imagePullSecrets');
  });

  it('nothing is said where the pod has them', () => {
    expect(told(injected(podOf(named('mirror', 'logs')), { sidecars }))).toEqual([]);
  });
});

describe('in a manifest that a command writes', () => {
  it('there are none, since they would keep those of the ServiceAccount away', () => {
    const decision = injected(podOf(), { sidecars, policy: { ...allowed, by: 'inject' } });
    expect(decision.operations.filter(({ path }) => path.includes('imagePullSecrets'))).toEqual([]);
    expect(told(decision)).toEqual([
      'pull-secrets-left-out: sidecar.io/logs: imagePullSecrets logs, mirror, company are not written into manifests; ' +
        'give them to the ServiceAccount',
    ]);
  });
});
