import { describe, expect, it } from 'vitest';
import { workloadNameOf } from '../../../src/kubernetes/workload-name.ts';

function madeBy(kind: string, name: string, labels: Readonly<Record<string, string>> = {}) {
  return {
    name: `${name}-x7f2q`,
    generateName: `${name}-`,
    labels,
    ownerReferences: [
      { kind: 'Node', name: 'node-1' },
      { kind, name, controller: true },
    ],
  };
}

describe('the name of the workload of a pod', () => {
  it.each([
    ['ReplicaSet', 'web-5d4f6c7b89', { 'pod-template-hash': '5d4f6c7b89' }, 'web'],
    ['ReplicaSet', 'web-77', { 'pod-template-hash': '77' }, 'web'],
    ['ReplicaSet', 'web-5d4f6c7b89', { 'rollouts-pod-template-hash': '5d4f6c7b89' }, 'web'],
    ['ReplicaSet', 'web-blue', {}, 'web-blue'],
    ['ReplicaSet', 'web-blue', { 'pod-template-hash': '' }, 'web-blue'],
    ['ReplicaSet', '5d4f', { 'pod-template-hash': '5d4f' }, '5d4f'],
    ['StatefulSet', 'db-0', {}, 'db-0'],
    ['DaemonSet', 'agent', {}, 'agent'],
    ['Deployment', 'web', {}, 'web'],
    ['Job', 'backup-28912345', {}, 'backup'],
    ['Job', 'migrate', {}, 'migrate'],
    ['Job', '28912345', {}, '28912345'],
  ])('of %s %s with the labels %j is %s', (kind, name, labels, expected) => {
    expect(workloadNameOf(madeBy(kind, name, labels))).toBe(expected);
  });

  it('is the same for all replicas, and for a pod whose name is generated later', () => {
    const { name: _name, ...unnamed } = madeBy('ReplicaSet', 'web-5d4f', { 'pod-template-hash': '5d4f' });
    expect(workloadNameOf(unnamed)).toBe('web');
  });

  it('of a pod that nobody made is its own, without what the API server puts behind it', () => {
    expect(workloadNameOf({ name: 'web-0' })).toBe('web-0');
    expect(workloadNameOf({ generateName: 'runner-' })).toBe('runner');
    expect(workloadNameOf({ generateName: 'runner-', name: 'runner-x7f2q' })).toBe('runner');
  });

  it('is not there where nothing tells it', () => {
    expect(workloadNameOf({})).toBeUndefined();
    expect(workloadNameOf({ name: null })).toBeUndefined();
  });
});
