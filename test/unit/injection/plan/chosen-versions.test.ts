import { describe, expect, it } from 'vitest';
import { chosenVersions } from '../../../../src/injection/plan/chosen-versions.ts';
import type { VersionRules } from '../../../../src/injection/policy.ts';
import { sidecarSetWithNext } from '../../../next-versions.ts';

const set = sidecarSetWithNext('logs', 'metrics');

const workloads = Array.from({ length: 2000 }, (_, index) => `web-${index}`);

function chosen(workload: string, versions: VersionRules, namespace = 'shop'): readonly string[] {
  const hash = '5d4f6c7b89';
  return chosenVersions(
    {
      generateName: `${workload}-${hash}-`,
      namespace,
      labels: { 'pod-template-hash': hash },
      ownerReferences: [{ kind: 'ReplicaSet', name: `${workload}-${hash}`, controller: true }],
    },
    set,
    { versions },
  );
}

function shareOf(percent: number, namespace?: string): ReadonlySet<string> {
  return new Set(
    workloads.filter(workload => chosen(workload, { logs: { next: percent } }, namespace).length > 0),
  );
}

describe('the workloads that get a next version', () => {
  it('are none without a rule, without a next version, at 0%, and where nothing tells the workload', () => {
    expect(chosenVersions({ name: 'web' }, set, {})).toEqual([]);
    expect(
      chosenVersions({ name: 'web' }, { next: new Map() }, { versions: { logs: { next: 100 } } }),
    ).toEqual([]);
    expect(chosen('web', { other: { next: 100 } })).toEqual([]);
    expect(shareOf(0).size).toBe(0);
    expect(chosenVersions({}, set, { versions: { logs: { next: 100 } } })).toEqual([]);
  });

  it('are all at 100%', () => {
    expect(shareOf(100).size).toBe(workloads.length);
  });

  it('are about as many as the rule says', () => {
    expect(shareOf(10).size / workloads.length).toBeCloseTo(0.1, 1);
    expect(shareOf(50).size / workloads.length).toBeCloseTo(0.5, 1);
  });

  it('stay where the share grows', () => {
    const shares = [0.5, 1, 5, 10, 25, 50, 99, 100].map(percent => shareOf(percent));
    for (const [index, share] of shares.entries())
      for (const workload of shares[index - 1] ?? []) expect(share).toContain(workload);
  });

  it('are others in another namespace, and for another sidecar', () => {
    expect([...shareOf(10, 'blog')].sort()).not.toEqual([...shareOf(10)].sort());
    const ofMetrics = workloads.filter(name => chosen(name, { metrics: { next: 10 } }).length > 0);
    expect(ofMetrics).not.toEqual([...shareOf(10)]);
  });

  it('are the same whichever pod of them comes, after a rollout, and for the workload itself', () => {
    const versions = { logs: { next: 50 } };
    for (const workload of workloads.slice(0, 200)) {
      const ofRollout = chosenVersions(
        {
          name: `${workload}-77-abcde`,
          namespace: 'shop',
          labels: { 'pod-template-hash': '77' },
          ownerReferences: [{ kind: 'ReplicaSet', name: `${workload}-77`, controller: true }],
        },
        set,
        { versions },
      );
      const ofTemplate = chosenVersions(
        {
          name: `${workload}-0`,
          namespace: 'shop',
          ownerReferences: [{ kind: 'Deployment', name: workload, controller: true }],
        },
        set,
        { versions },
      );
      expect(ofRollout).toEqual(chosen(workload, versions));
      expect(ofTemplate).toEqual(chosen(workload, versions));
    }
  });

  it('do not change with a release of the injector', () => {
    // Whoever changes the hash moves workloads of all clusters from one version to the other.
    const named = workloads.slice(0, 40).filter(name => chosen(name, { logs: { next: 10 } }).length > 0);
    expect(named).toEqual(['web-8', 'web-9', 'web-12', 'web-13', 'web-19', 'web-26']);
  });
});
