import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../src/cluster/api-client.ts';
import { ApiError } from '../../../src/cluster/api-error.ts';
import { DryRunPods } from '../../../src/cluster/dry-run-pods.ts';
import { samplePod } from '../../../src/trial/sample-pod.ts';

const pod = samplePod('a', {});

function answering(status: number, message = 'because') {
  const calls: ApiRequest[] = [];
  const request = async (call: ApiRequest) => {
    calls.push(call);
    if (status !== 201) throw new ApiError('POST /x', status, message);
    return {};
  };
  return { calls, pods: new DryRunPods({ request }, 'team a') };
}

describe('a pod that is judged by dry run', () => {
  it('is created in the namespace, but not kept', async () => {
    const { calls, pods } = answering(201);
    expect(await pods.refusalOf(pod)).toBeUndefined();
    expect(calls).toEqual([
      {
        method: 'POST',
        path: '/api/v1/namespaces/team%20a/pods?dryRun=All',
        contentType: 'application/json',
        body: pod,
      },
    ]);
  });

  it.each([400, 403, 413, 422])('is refused with the words of the API server: %i', async status => {
    expect(await answering(status).pods.refusalOf(pod)).toBe('because');
  });

  it.each([0, 401, 404, 429, 500, 503])('is not judged where the API server cannot: %i', async status => {
    await expect(answering(status).pods.refusalOf(pod)).rejects.toThrow('because');
  });
});
