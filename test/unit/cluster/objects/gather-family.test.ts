import { describe, expect, it } from 'vitest';
import { gatherFamily } from '../../../../src/cluster/objects/gather-family.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import { FakeClient } from './fake-client.ts';

const controlledBy = ({ apiVersion, kind, metadata }: Named, uid = metadata.uid) => [
  { apiVersion, kind, name: metadata.name, uid, controller: true },
];

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
}

function objectOf(
  kind: string,
  name: string,
  fields: object = {},
  metadata: object = {},
): JsonObject & Named {
  const apiVersion = kind === 'Pod' || kind === 'Service' ? 'v1' : 'apps/v1';
  const own = { name, namespace: 'shop', uid: `uid-of-${name}`, ...metadata };
  return { apiVersion, kind, metadata: own, ...fields } as unknown as JsonObject & Named;
}

const labels = { app: 'web' };
const deployment = objectOf('Deployment', 'web', {
  spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels } } },
  status: { replicas: 1 },
});
const replicaSet = objectOf(
  'ReplicaSet',
  'web-1',
  { spec: { replicas: 2 }, status: { replicas: 1 } },
  { ownerReferences: controlledBy(deployment) },
);
const full = objectOf(
  'ReplicaSet',
  'web-0',
  { spec: { replicas: 1 }, status: { replicas: 1 } },
  { ownerReferences: controlledBy(deployment) },
);
const pod = objectOf('Pod', 'web-1-a', { spec: {} }, { labels, ownerReferences: controlledBy(replicaSet) });
const stranger = objectOf('Pod', 'other', { spec: {} }, { labels });
const service = (name: string, selector?: object) => objectOf('Service', name, { spec: { selector } });

function event(of: Named, message: string, lastTimestamp: string): JsonObject {
  const { kind, metadata } = of;
  return { involvedObject: { kind, name: metadata.name, uid: metadata.uid }, message, lastTimestamp };
}

function withoutType({ apiVersion: _version, kind: _kind, ...item }: JsonObject & Named) {
  return item;
}

const answers = {
  '/apis/apps/v1/namespaces/shop/replicasets': {
    items: [replicaSet, full, objectOf('ReplicaSet', 'other-1')].map(withoutType),
  },
  '/apis/apps/v1/namespaces/shop/replicasets/web-1': replicaSet,
  '/apis/apps/v1/namespaces/shop/deployments/web': deployment,
  '/api/v1/namespaces/shop/pods': { items: [pod, stranger] },
  '/api/v1/namespaces/shop/services': {
    items: [service('web', { app: 'web' }), service('api', { app: 'api' }), service('none')],
  },
  '/api/v1/namespaces/shop/events': {
    items: [
      event(replicaSet, 'newer', '2026-01-01T00:00:02Z'),
      event(replicaSet, 'older', '2026-01-01T00:00:01Z'),
      event(full, 'long over', '2026-01-01T00:00:03Z'),
      event(stranger, 'of somebody else', '2026-01-01T00:00:03Z'),
    ],
  },
} as unknown as Readonly<Record<string, JsonObject>>;

const namesOf = (objects: readonly { readonly metadata: unknown }[]) =>
  objects.map(({ metadata }) => (metadata as { name: string }).name);

describe('what belongs to an object', () => {
  it('is, for a Deployment, its ReplicaSets, their pods, and the Services that lead there', async () => {
    const { family, unknown } = await gatherFamily(new FakeClient(answers), deployment, 'shop');
    expect(unknown).toEqual([]);
    expect(family.owners).toEqual([]);
    expect(namesOf(family.children as never)).toEqual(['web-1', 'web-0']);
    expect(namesOf(family.pods)).toEqual(['web-1-a']);
    expect(namesOf(family.services as never)).toEqual(['web']);
    // Lists leave that out of their items.
    expect(family.children[0]).toMatchObject({ apiVersion: 'apps/v1', kind: 'ReplicaSet' });
  });

  it('is why pods could not be created, the last time, where some are missing still', async () => {
    const { family } = await gatherFamily(new FakeClient(answers), deployment, 'shop');
    expect(family.failedCreations).toEqual([{ by: 'ReplicaSet "web-1"', message: 'newer' }]);
  });

  it('is, for a pod, what made it', async () => {
    const { family } = await gatherFamily(new FakeClient(answers), pod, 'shop');
    expect(namesOf(family.owners as never)).toEqual(['web-1', 'web']);
    expect(family.pods).toEqual([]);
    expect(namesOf(family.services as never)).toEqual(['web']);
  });

  it('is told as not known where whoever asks may not see it', async () => {
    const forbidden = {
      ...answers,
      '/api/v1/namespaces/shop/pods': 403,
      '/api/v1/namespaces/shop/events': 403,
    };
    const { family, unknown } = await gatherFamily(new FakeClient(forbidden), deployment, 'shop');
    expect(family.pods).toEqual([]);
    expect(unknown).toEqual(['pods: forbidden: is forbidden', 'events: forbidden: is forbidden']);
  });

  it('ends where an owner is gone', async () => {
    const orphan = objectOf(
      'Pod',
      'web-2',
      {},
      { ownerReferences: controlledBy(objectOf('ReplicaSet', 'gone')) },
    );
    const { family, unknown } = await gatherFamily(new FakeClient(answers), orphan, 'shop');
    expect({ owners: family.owners, unknown }).toEqual({ owners: [], unknown: [] });
  });
});
