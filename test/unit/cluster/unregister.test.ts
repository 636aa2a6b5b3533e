import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../src/cluster/api-client.ts';
import { ApiError } from '../../../src/cluster/api-error.ts';
import { unregister } from '../../../src/cluster/unregister.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';

const configuration = 'mutatingwebhookconfigurations/sidecar-injector';
const guard = [
  'validatingadmissionpolicybindings/sidecar-injector-guard',
  'validatingadmissionpolicies/sidecar-injector-guard',
];

function registrationIn(namespace: string, webhook = 'pods.sidecar.io'): JsonObject {
  return {
    webhooks: [
      { name: webhook, clientConfig: { service: { name: 'sidecar-injector', namespace, path: '/mutate' } } },
    ],
  };
}

interface Cluster {
  readonly registration?: JsonObject;
  readonly policies?: readonly string[];
  readonly forbidden?: string;
}

/** A cluster with these objects, and what was done to it: deletions, and pauses in milliseconds. */
function clusterWith({ registration, policies = guard, forbidden = '' }: Cluster) {
  const objects = new Set([...policies, ...(registration ? [configuration] : [])]);
  const done: (string | number)[] = [];
  const request = async ({ method, path }: ApiRequest): Promise<JsonObject> => {
    const { pathname, searchParams } = new URL(path, 'https://api');
    const object = pathname.replace('/apis/admissionregistration.k8s.io/v1/', '');
    if (object === forbidden) throw new ApiError(`${method} ${pathname}`, 403, `${object} is forbidden`);
    if (!objects.has(object)) throw new ApiError(`${method} ${pathname}`, 404, `${object} not found`);
    if (method === 'DELETE') {
      done.push(object);
      if (searchParams.get('dryRun') !== 'All') objects.delete(object);
    }
    return method === 'GET' ? (registration ?? {}) : { kind: 'Status', status: 'Success' };
  };
  const pause = async (milliseconds: number) => void done.push(milliseconds);
  const run = async ({ namespace = undefined as string | undefined, isDryRun = false } = {}) => {
    const told: string[] = [];
    for await (const { resource, name } of unregister(
      { client: { request }, pause },
      { namespace, isDryRun },
    )) {
      told.push(`${resource.resource}/${name}`);
    }
    return told;
  };
  return { run, done, objects };
}

describe('unregister', () => {
  it('deletes bindings, then policies, and the webhook configuration when that was noticed', async () => {
    const { run, done, objects } = clusterWith({ registration: registrationIn('platform') });
    expect(await run()).toEqual([...guard, configuration]);
    expect(done).toEqual([...guard, 3000, configuration]);
    expect(objects.size).toBe(0);
  });

  it('goes on where an earlier run has ended, and then has nothing to do', async () => {
    const { run, done } = clusterWith({ registration: registrationIn('platform'), policies: [] });
    expect(await run()).toEqual([configuration]);
    expect(await run()).toEqual([]);
    expect(done).toEqual([configuration]);
  });

  it('deletes policies that are left where there is no registration', async () => {
    expect(await clusterWith({}).run({ namespace: 'platform' })).toEqual(guard);
  });

  it('by dry run tells the same, waits for nothing and keeps everything', async () => {
    const { run, done, objects } = clusterWith({ registration: registrationIn('platform') });
    expect(await run({ isDryRun: true })).toEqual([...guard, configuration]);
    expect(done).toEqual([...guard, configuration]);
    expect(objects.size).toBe(3);
  });

  it('leaves a registration of somebody else alone, and the policies with it', async () => {
    const { run, done } = clusterWith({
      registration: registrationIn('platform', 'sidecar.example.com'),
    });
    await expect(run()).rejects.toThrow(
      'mutatingwebhookconfigurations/sidecar-injector: none of its webhooks (sidecar.example.com) ends with .sidecar.io',
    );
    expect(done).toEqual([]);
  });

  it('leaves an installation in another namespace than the named one alone', async () => {
    const { run, done } = clusterWith({ registration: registrationIn('platform') });
    await expect(run({ namespace: 'sidecar-injector' })).rejects.toThrow(
      'it leads to the injector in namespace platform, not in sidecar-injector; nothing is deleted',
    );
    expect(done).toEqual([]);
    expect(await run({ namespace: 'platform' })).toEqual([...guard, configuration]);
  });

  it('ends where something cannot be deleted, before pods are refused', async () => {
    const [, policy = ''] = guard;
    const { run, objects } = clusterWith({ registration: registrationIn('platform'), forbidden: policy });
    await expect(run()).rejects.toThrow(`403 ${policy} is forbidden`);
    expect(objects).toContain(configuration);
  });
});
