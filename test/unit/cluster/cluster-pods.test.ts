import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../src/cluster/api-client.ts';
import { ApiError } from '../../../src/cluster/api-error.ts';
import { ClusterPods } from '../../../src/cluster/cluster-pods.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';

const pod = (name: string) => ({ metadata: { name, namespace: 'shop', uid: name }, spec: {} });

/** Pods behind an API that gives these answers, one a call, and the calls it got. */
function podsBehind(...answers: readonly (JsonObject | Error)[]) {
  const calls: ApiRequest[] = [];
  const request = async (call: ApiRequest) => {
    const answer = answers[calls.push(call) - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('one call too many');
    return answer;
  };
  const openLines = async () => {
    throw new Error('nothing is watched');
  };
  return { pods: new ClusterPods({ request, openLines }), calls };
}

const missing = new ApiError('GET /x', 404, 'not found');
const forbidden = new ApiError('GET /x', 403, 'forbidden');
const key = { namespace: 'shop', name: 'web' };

describe('a list of pods', () => {
  it('is read page by page', async () => {
    const { pods, calls } = podsBehind(
      { metadata: { continue: 'a/b=' }, items: [pod('a')] },
      { metadata: {}, items: [pod('b')] },
    );
    const found = await pods.list({ namespace: 'shop', selector: 'app=web,tier!=x' });
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(calls.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces/shop/pods?limit=250&labelSelector=app%3Dweb%2Ctier%21%3Dx',
      '/api/v1/namespaces/shop/pods?limit=250&labelSelector=app%3Dweb%2Ctier%21%3Dx&continue=a%2Fb%3D',
    ]);
  });

  it('is that of all namespaces where none is named', async () => {
    const { pods, calls } = podsBehind({ items: [] });
    expect(await pods.list({ namespace: undefined, selector: undefined })).toEqual([]);
    expect(calls[0]?.path).toBe('/api/v1/pods?limit=250');
  });

  it('is refused where something in it is no pod', async () => {
    const { pods } = podsBehind({ items: [{ metadata: { name: 'web' } }] });
    await expect(pods.list({ namespace: undefined, selector: undefined })).rejects.toThrow(
      'pod.metadata.namespace: expected a string, got nothing',
    );
  });
});

describe('one pod', () => {
  it('is patched with a JSON Patch as it is', async () => {
    const { pods, calls } = podsBehind(pod('web'));
    const operations = [{ op: 'test', path: '/metadata/uid', value: 'web' }];
    expect(await pods.patch(key, operations)).toEqual(pod('web'));
    expect(calls).toEqual([
      {
        method: 'PATCH',
        // A change that is given up may have been made.
        timeoutMs: 35_000,
        path: '/api/v1/namespaces/shop/pods/web?fieldManager=sidecar-injector-upgrade',
        contentType: 'application/json-patch+json',
        body: operations,
      },
    ]);
  });

  it('that is missing is undefined, whether it is read or patched', async () => {
    expect(await podsBehind(missing).pods.read(key)).toBeUndefined();
    expect(await podsBehind(missing).pods.patch(key, [])).toBeUndefined();
  });

  it('that may not be touched is an error', async () => {
    await expect(podsBehind(forbidden).pods.patch(key, [])).rejects.toBe(forbidden);
  });
});

describe('the namespaces that are left alone', () => {
  const fixed = ['sidecar-injector', 'kube-system', 'kube-node-lease'];

  it('are those of the registration and those that opted out', async () => {
    const { pods, calls } = podsBehind({ items: [{ metadata: { name: 'quiet' } }] }, missing);
    expect([...(await pods.namespacesLeftAlone(undefined))]).toEqual([...fixed, 'quiet']);
    expect(calls[0]?.path).toBe('/api/v1/namespaces?labelSelector=sidecar.io%2Finject%3Ddisabled');
  });

  it('are only looked for as far as needed', async () => {
    const { pods, calls } = podsBehind({ items: [] }, missing);
    await pods.namespacesLeftAlone('shop');
    expect(calls[0]?.path).toMatch(/&fieldSelector=metadata\.name%3Dshop$/);
  });

  it('have that of the injector where the registration says', async () => {
    const clientConfig = { service: { name: 'sidecar-injector', namespace: 'platform' } };
    const { pods, calls } = podsBehind({ items: [] }, { webhooks: [{ clientConfig }] });
    expect([...(await pods.namespacesLeftAlone(undefined))]).toEqual([
      'platform',
      'kube-system',
      'kube-node-lease',
    ]);
    expect(calls[1]?.path).toMatch(/\/mutatingwebhookconfigurations\/sidecar-injector$/);
  });

  it('are those of the registration for who may not read namespaces', async () => {
    expect([...(await podsBehind(forbidden, forbidden).pods.namespacesLeftAlone('shop'))]).toEqual(fixed);
    const { pods } = podsBehind(new ApiError('GET /x', 500, 'broken'));
    await expect(pods.namespacesLeftAlone('shop')).rejects.toThrow('500 broken');
  });
});

describe('the warnings about a pod', () => {
  const warning = (message: string, others: object) => ({
    message,
    involvedObject: { fieldPath: 'spec.initContainers{git-sync}' },
    ...others,
  });

  it('are sorted by their time, and only its own are asked for', async () => {
    const { pods, calls } = podsBehind({
      items: [
        warning('second', { lastTimestamp: '2026-01-01T00:00:02Z' }),
        warning('third', { lastTimestamp: null, eventTime: '2026-01-01T00:00:03.000001Z' }),
        warning('fourth', {
          eventTime: '2026-01-01T00:00:00.000001Z',
          series: { count: 2, lastObservedTime: '2026-01-01T00:00:04.000001Z' },
        }),
        warning('first', { involvedObject: {}, lastTimestamp: '2026-01-01T00:00:01Z' }),
      ],
    });
    const fieldPath = 'spec.initContainers{git-sync}';
    expect(await pods.warnings({ namespace: 'shop', uid: 'uid-1' })).toEqual([
      { fieldPath: '', message: 'first' },
      { fieldPath, message: 'second' },
      { fieldPath, message: 'third' },
      { fieldPath, message: 'fourth' },
    ]);
    expect(calls.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces/shop/events?fieldSelector=involvedObject.uid%3Duid-1%2Ctype%3DWarning&limit=250',
    ]);
  });

  it('are none where they may not be read', async () => {
    const { pods } = podsBehind(forbidden);
    expect(await pods.warnings({ namespace: 'shop', uid: 'uid-1' })).toEqual([]);
  });
});
