import { describe, expect, it } from 'vitest';
import type { CheckCategory, CheckResult } from '../../../../src/diagnosis/diagnosis.ts';
import { installationTroubles } from '../../../../src/diagnosis/explanation/installation-troubles.ts';
import type { Obstacle } from '../../../../src/diagnosis/obstacles.ts';

function result(
  category: CheckCategory,
  code: Obstacle,
  outcome: 'warning' | 'failure' = 'failure',
): CheckResult {
  return {
    check: `check-${category}`,
    category,
    title: 'x',
    outcome,
    code,
    cause: `cause of ${code}`,
    advice: 'mend it',
  };
}

const codes = (told: readonly { readonly code: string }[]) => told.map(({ code }) => code);

describe('what the checks of an installation mean for an object', () => {
  it('is in the way where no pod gets past it, and a doubt where others make up for it', () => {
    const { troubles, doubts, unknown } = installationTroubles([
      { check: 'x', category: 'service', title: 'x', outcome: 'ok' },
      result('registration', 'webhook-missing'),
      result('service', 'service-without-endpoints'),
      result('certificates', 'ca-bundle-mismatch'),
      result('replicas', 'replica-not-ready'),
      result('guard', 'guard-absent'),
      result('definitions', 'definition-broken-in-cluster'),
    ]);
    expect(codes(troubles)).toEqual(['webhook-missing', 'service-without-endpoints', 'ca-bundle-mismatch']);
    expect(codes(doubts)).toEqual(['replica-not-ready', 'guard-absent', 'definition-broken-in-cluster']);
    expect(unknown).toEqual([]);
    expect(troubles[0]).toEqual({
      code: 'webhook-missing',
      where: 'check check-registration',
      message: 'cause of webhook-missing',
      advice: 'mend it',
    });
  });

  it('is a doubt only where a pod has come through just now', () => {
    const { troubles, doubts } = installationTroubles([
      result('registration', 'webhook-changed'),
      result('guard', 'guard-absent'),
      { check: 'pod-injected', category: 'probe', title: 'x', outcome: 'ok' },
    ]);
    expect(troubles).toEqual([]);
    expect(codes(doubts)).toEqual(['webhook-changed', 'guard-absent']);
  });

  it('is told once where several checks find it', () => {
    const { troubles } = installationTroubles([
      result('registration', 'webhook-missing'),
      result('certificates', 'webhook-missing'),
    ]);
    expect(troubles).toMatchObject([{ code: 'webhook-missing', where: 'check check-registration' }]);
  });

  it('is nothing where a check only warns, or is about others', () => {
    const { troubles, doubts } = installationTroubles([
      result('registration', 'webhook-changed', 'warning'),
      result('namespaces', 'namespace-label-unknown'),
      result('neighbours', 'webhook-registered-twice'),
      result('probe', 'probe-refused'),
      result('probe', 'namespace-opted-out'),
    ]);
    expect({ troubles, doubts }).toEqual({ troubles: [], doubts: [] });
  });

  it('is what the pod that was tried met on its way', () => {
    const { troubles } = installationTroubles([result('probe', 'removed-by-another-webhook')]);
    expect(codes(troubles)).toEqual(['removed-by-another-webhook']);
  });

  it('is not known, in one line, where whoever asks may not see it', () => {
    const { troubles, unknown } = installationTroubles([
      result('service', 'not-allowed-to-read'),
      result('certificates', 'not-readable', 'warning'),
      result('guard', 'not-allowed-to-read'),
    ]);
    expect(troubles).toEqual([]);
    expect(unknown).toEqual([
      'whether the injector is well: cause of not-allowed-to-read (and 1 more; see check)',
    ]);
  });
});
