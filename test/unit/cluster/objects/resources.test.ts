import { describe, expect, it } from 'vitest';
import { findResource, pathOf, resourceOf } from '../../../../src/cluster/objects/resources.ts';
import { FakeClient } from './fake-client.ts';

const client = () =>
  new FakeClient({
    '/apis': {
      groups: [
        { name: 'broken.example.com', preferredVersion: { version: 'v1' } },
        { name: 'argoproj.io', preferredVersion: { version: 'v1alpha1' } },
        { name: 'serving.knative.dev', preferredVersion: { version: 'v1' } },
      ],
    },
    '/api/v1': {
      resources: [{ name: 'configmaps', singularName: 'configmap', shortNames: ['cm'], kind: 'ConfigMap' }],
    },
    '/apis/broken.example.com/v1': 503,
    '/apis/argoproj.io/v1alpha1': {
      resources: [
        { name: 'rollouts/status', singularName: '', kind: 'Rollout' },
        { name: 'rollouts', singularName: 'rollout', shortNames: ['ro'], kind: 'Rollout' },
        { name: 'tenants', singularName: 'tenant', kind: 'Tenant', namespaced: false },
      ],
    },
    '/apis/serving.knative.dev/v1': {
      resources: [
        { name: 'services', singularName: 'service', shortNames: ['kservice', 'ksvc'], kind: 'Service' },
      ],
    },
  });

describe('a resource', () => {
  it.each([
    ['pod', 'pods'],
    ['Pods', 'pods'],
    ['po', 'pods'],
    ['deploy', 'deployments'],
    ['deployment', 'deployments'],
    ['deployments.apps', 'deployments'],
    ['sts', 'statefulsets'],
    ['ds', 'daemonsets'],
    ['rs', 'replicasets'],
    ['cj', 'cronjobs'],
    ['job', 'jobs'],
    ['svc', 'services'],
  ])('that Kubernetes has itself is known without a question: %s', async (word, resource) => {
    const asked = client();
    expect((await findResource(asked, word))?.resource).toBe(resource);
    expect(asked.asked).toEqual([]);
  });

  it.each([
    ['rollout', 'argoproj.io', 'rollouts'],
    ['ro', 'argoproj.io', 'rollouts'],
    ['rollouts.argoproj.io', 'argoproj.io', 'rollouts'],
    ['ksvc', 'serving.knative.dev', 'services'],
    ['service.serving.knative.dev', 'serving.knative.dev', 'services'],
    ['cm', '', 'configmaps'],
  ])('of others is found by any name that the API server has for it: %s', async (word, group, resource) => {
    expect(await findResource(client(), word)).toMatchObject({ group, resource });
  });

  it('that the API server does not have is none', async () => {
    expect(await findResource(client(), 'website')).toBeUndefined();
  });

  it('is found by what an owner reference says', async () => {
    const owner = { group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout' };
    expect((await resourceOf(client(), owner))?.resource).toBe('rollouts');
    expect((await resourceOf(client(), { group: 'apps', version: 'v1', kind: 'ReplicaSet' }))?.resource).toBe(
      'replicasets',
    );
    expect(await resourceOf(client(), { ...owner, kind: 'Experiment' })).toBeUndefined();
  });

  it('has its objects at a path, which no name can leave', async () => {
    const pods = await findResource(client(), 'pod');
    const rollouts = await findResource(client(), 'rollout');
    expect(pods && pathOf(pods, 'shop', '../secrets')).toBe('/api/v1/namespaces/shop/pods/..%2Fsecrets');
    expect(rollouts && pathOf(rollouts, 'shop')).toBe('/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts');
  });

  it('that is in no namespace has a path of its own', async () => {
    const namespaces = await findResource(client(), 'ns');
    const tenants = await findResource(client(), 'tenant');
    expect(namespaces && pathOf(namespaces, 'shop', 'shop')).toBe('/api/v1/namespaces/shop');
    expect(tenants && pathOf(tenants, 'shop', 'a')).toBe('/apis/argoproj.io/v1alpha1/tenants/a');
  });
});
