import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../../src/cluster/api-client.ts';
import { ApiError } from '../../../../src/cluster/api-error.ts';
import { WorkloadOwners } from '../../../../src/cluster/fleet/workload-owners.ts';

interface Owned {
  readonly name: string;
  readonly owner?: string;
}

/** As in `apps/v1 Deployment web`. */
function referencesTo(owner: string | undefined, controller = true) {
  if (owner === undefined) return {};
  const [apiVersion = '', kind = '', name = ''] = owner.split(' ');
  return { ownerReferences: [{ apiVersion, kind, name, controller }] };
}

const pod = (owner?: string, labels: Readonly<Record<string, string>> = {}) => ({
  metadata: { namespace: 'shop', name: 'pod', uid: 'uid', labels, ...referencesTo(owner) },
});

/** Workloads behind an API with these lists and single objects, by the end of their path; others are missing. */
async function workloadsBehind(found: Readonly<Record<string, readonly Owned[] | Owned | number | object>>) {
  const calls: ApiRequest[] = [];
  const request = async (call: ApiRequest) => {
    calls.push(call);
    const path = call.path.replace(/\?.*/, '');
    const answer = found[path.replace(/^\/apis?\/(apps\/v1\/|batch\/v1\/)?(namespaces\/shop\/)?/, '')];
    if (Array.isArray(answer)) return { items: answer.map(objectOf) };
    if (typeof answer === 'number') throw new ApiError(path, answer, 'no');
    if (answer === undefined && call.onlyMetadataOf === 'list') return { items: [] };
    if (answer === undefined) throw new ApiError(path, 404, 'not found');
    return 'name' in answer ? objectOf(answer as Owned) : (answer as never);
  };
  const owners = new WorkloadOwners({ request });
  await owners.load('shop');
  calls.length = 0;
  return { owners, calls };
}

const objectOf = ({ name, owner }: Owned) => ({
  metadata: { namespace: 'shop', name, ...referencesTo(owner) },
});

describe('the workload of a pod', () => {
  it('is the Deployment of its ReplicaSet, for which nothing more is asked', async () => {
    const { owners, calls } = await workloadsBehind({
      replicasets: [{ name: 'web-5d', owner: 'apps/v1 Deployment web' }],
      deployments: [{ name: 'web' }],
    });
    expect(await owners.workloadOf(pod('apps/v1 ReplicaSet web-5d'))).toBe('shop/Deployment/web');
    expect(calls).toEqual([]);
  });

  it('is the CronJob of its Job, or the Job where none has made it, whatever it is called', async () => {
    const { owners } = await workloadsBehind({
      jobs: [{ name: 'backup-28', owner: 'batch/v1 CronJob backup' }, { name: 'import-3' }],
      cronjobs: [{ name: 'backup' }],
    });
    expect(await owners.workloadOf(pod('batch/v1 Job backup-28'))).toBe('shop/CronJob/backup');
    expect(await owners.workloadOf(pod('batch/v1 Job import-3'))).toBe('shop/Job/import-3');
  });

  it('is the pod itself where nobody controls it', async () => {
    const { owners } = await workloadsBehind({});
    expect(await owners.workloadOf(pod())).toBe('shop/Pod/pod');
    const { metadata } = pod();
    const owned = { ...metadata, ...referencesTo('v1 ConfigMap settings', false) };
    expect(await owners.workloadOf({ metadata: owned })).toBe('shop/Pod/pod');
  });

  it('is the custom resource that controls a StatefulSet, which is asked for once', async () => {
    const { owners, calls } = await workloadsBehind({
      statefulsets: [
        { name: 'a', owner: 'db.example.com/v1 Cluster main' },
        { name: 'b', owner: 'db.example.com/v1 Cluster main' },
      ],
      'db.example.com/v1': { resources: [{ name: 'clusters', kind: 'Cluster', namespaced: true }] },
      'db.example.com/v1/namespaces/shop/clusters/main': { name: 'main' },
    });
    const names = await Promise.all(
      ['a', 'b'].map(name => owners.workloadOf(pod(`apps/v1 StatefulSet ${name}`))),
    );
    expect(names).toEqual(Array(2).fill('shop/Cluster.db.example.com/main'));
    expect(calls.map(({ path, onlyMetadataOf }) => [path, onlyMetadataOf])).toEqual([
      ['/apis/db.example.com/v1', undefined],
      ['/apis/db.example.com/v1/namespaces/shop/clusters/main', 'object'],
    ]);
  });

  it.each([403, 404])('is as far up as can be read: %i', async status => {
    const { owners } = await workloadsBehind({
      'argoproj.io/v1alpha1': { resources: [{ name: 'rollouts', kind: 'Rollout', namespaced: true }] },
      'argoproj.io/v1alpha1/namespaces/shop/rollouts/web': status,
    });
    expect(await owners.workloadOf(pod('argoproj.io/v1alpha1 Rollout web'))).toBe(
      'shop/Rollout.argoproj.io/web',
    );
  });

  it('is asked for where it has come into being since', async () => {
    const { owners } = await workloadsBehind({
      'replicasets/web-new': { name: 'web-new', owner: 'apps/v1 Deployment web' },
      deployments: [{ name: 'web' }],
    });
    expect(await owners.workloadOf(pod('apps/v1 ReplicaSet web-new'))).toBe('shop/Deployment/web');
  });

  it('is told from the name of a ReplicaSet that may not be read, and from no other name', async () => {
    const { owners, calls } = await workloadsBehind({ replicasets: 403, deployments: 403, jobs: 403 });
    const labels = { 'pod-template-hash': '5d' };
    expect(await owners.workloadOf(pod('apps/v1 ReplicaSet my-web-5d', labels))).toBe(
      'shop/Deployment/my-web',
    );
    expect(await owners.workloadOf(pod('apps/v1 ReplicaSet my-web-5d'))).toBe('shop/ReplicaSet/my-web-5d');
    const rollout = pod('apps/v1 ReplicaSet web-77', { 'rollouts-pod-template-hash': '77' });
    expect(await owners.workloadOf(rollout)).toBe('shop/Rollout.argoproj.io/web');
    expect(await owners.workloadOf(pod('batch/v1 Job import-3', labels))).toBe('shop/Job/import-3');
    expect(calls.map(({ path }) => path)).toEqual(['/apis/argoproj.io/v1alpha1']);
  });

  it('is found where owners own each other', async () => {
    const { owners } = await workloadsBehind({
      replicasets: [
        { name: 'a', owner: 'apps/v1 ReplicaSet b' },
        { name: 'b', owner: 'apps/v1 ReplicaSet a' },
      ],
    });
    expect(await owners.workloadOf(pod('apps/v1 ReplicaSet a'))).toBe('shop/ReplicaSet/a');
  });

  it('is not told where the API server has something else to say', async () => {
    const { owners } = await workloadsBehind({ 'replicasets/web': 500 });
    await expect(owners.workloadOf(pod('apps/v1 ReplicaSet web'))).rejects.toThrow('500 no');
  });
});
