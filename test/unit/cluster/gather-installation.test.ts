import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../src/cluster/api-client.ts';
import { ApiError } from '../../../src/cluster/api-error.ts';
import { gatherInstallation } from '../../../src/cluster/installation/gather-installation.ts';
import { tryPod } from '../../../src/cluster/installation/try-pod.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { samplePod } from '../../../src/trial/sample-pod.ts';

const now = new Date('2026-11-27T12:00:00Z');
const registrations = '/apis/admissionregistration.k8s.io/v1';

/** Answers by path, without the query; anything else is not there. */
function clientWith(answers: Readonly<Record<string, JsonObject | ApiError>>) {
  const asked: string[] = [];
  return {
    asked,
    request: async ({ path }: ApiRequest) => {
      const [bare = ''] = path.split('?');
      asked.push(bare);
      const answer = answers[bare] ?? new ApiError(`GET ${bare}`, 404, `${bare} not found`);
      if (answer instanceof ApiError) throw answer;
      return answer;
    },
  };
}

const server = {
  '/version': { major: '1', minor: '34+', gitVersion: 'v1.34.1' },
  [registrations]: { resources: [{ name: 'validatingadmissionpolicies' }] },
};
const service = { name: 'sidecar-injector', namespace: 'platform' };

describe('the facts of an installation', () => {
  it('are read where the registration says that it is', async () => {
    const client = clientWith({
      ...server,
      [`${registrations}/mutatingwebhookconfigurations`]: {
        items: [{ metadata: { name: 'sidecar-injector' }, webhooks: [{ clientConfig: { service } }] }],
      },
      '/api/v1/namespaces/platform/configmaps/sidecar-injector-sidecars': { data: { 'a.yaml': 'x' } },
      '/api/v1/namespaces/platform/pods': {
        items: [
          {
            metadata: { name: 'one', creationTimestamp: '2026-11-27T00:00:00Z' },
            spec: { containers: [{ name: 'sidecar-injector', image: 'sidecar-injector:0.1.0' }] },
            status: {
              phase: 'Running',
              conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
              containerStatuses: [
                {
                  name: 'sidecar-injector',
                  restartCount: 4,
                  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
                  lastState: {
                    terminated: {
                      reason: 'Error',
                      exitCode: 2,
                      message: 'one\nlast line\n',
                      finishedAt: 'then',
                    },
                  },
                },
              ],
            },
          },
        ],
      },
      '/apis/discovery.k8s.io/v1/namespaces/platform/endpointslices': {
        items: [
          {
            endpoints: [
              {
                addresses: ['10.0.0.1'],
                conditions: { ready: false },
                targetRef: { kind: 'Pod', name: 'one' },
              },
              { addresses: ['10.0.0.2'] },
            ],
          },
        ],
      },
    });
    expect(await gatherInstallation(client, now)).toMatchObject({
      now,
      namespace: 'platform',
      server: { value: { major: 1, minor: 34, text: 'v1.34.1', hasPolicies: true } },
      service: { value: undefined },
      definitions: { value: { 'a.yaml': 'x' } },
      endpoints: {
        value: [
          { addresses: ['10.0.0.1'], isReady: false, pod: 'one' },
          { addresses: ['10.0.0.2'], isReady: true, pod: undefined },
        ],
      },
      replicas: {
        value: [
          {
            name: 'one',
            isReady: false,
            image: 'sidecar-injector:0.1.0',
            restarts: 4,
            why: 'CrashLoopBackOff: back-off',
            lastTermination: { reason: 'Error', exitCode: 2, message: 'last line', finishedAt: 'then' },
          },
        ],
      },
    });
  });

  it('have the policies that change objects where the API server has such', async () => {
    const named = (name: string) => ({ metadata: { name } });
    const lists = {
      [`${registrations}/mutatingadmissionpolicies`]: { items: [named('a')] },
      [`${registrations}/mutatingadmissionpolicybindings`]: { items: [named('b')] },
      [`${registrations}/validatingadmissionpolicies`]: { items: [named('c')] },
      [`${registrations}/validatingadmissionpolicybindings`]: { items: [named('d')] },
    };
    const resources = [{ name: 'validatingadmissionpolicies' }, { name: 'mutatingadmissionpolicies' }];
    const newer = clientWith({ ...server, [registrations]: { resources }, ...lists });
    expect(await gatherInstallation(newer, now)).toMatchObject({
      server: { value: { hasPolicies: true, hasMutatingPolicies: true } },
      mutatingPolicies: { value: [named('a')] },
      mutatingPolicyBindings: { value: [named('b')] },
      policies: { value: [named('c')] },
      policyBindings: { value: [named('d')] },
    });
    const older = clientWith({ ...server, ...lists });
    expect(await gatherInstallation(older, now)).toMatchObject({
      server: { value: { hasMutatingPolicies: false } },
      mutatingPolicies: { value: [] },
      policies: { value: [named('c')] },
    });
    expect(older.asked.filter(path => path.includes('/mutatingadmission'))).toEqual([]);
  });

  it.each([
    [{ metadata: { name: 'a' }, status: { phase: 'Running' } }, false],
    [{ metadata: { name: 'a' }, status: { phase: 'Failed', reason: 'Evicted' } }, true],
    [{ metadata: { name: 'a', deletionTimestamp: 'now' }, status: { phase: 'Running' } }, true],
  ])('take %j for a replica that is going: %s', async (pod, isGoing) => {
    const client = clientWith({ ...server, '/api/v1/namespaces/sidecar-injector/pods': { items: [pod] } });
    expect((await gatherInstallation(client, now)).replicas).toMatchObject({
      value: [{ name: 'a', isGoing }],
    });
  });

  it('say what may not be read, in the words of the API server', async () => {
    const path = '/api/v1/namespaces/sidecar-injector/services/sidecar-injector';
    const client = clientWith({
      ...server,
      [path]: new ApiError(`GET ${path}`, 403, 'User "ada" cannot get it'),
    });
    expect((await gatherInstallation(client, now)).service).toEqual({
      unknown: 'forbidden: User "ada" cannot get it',
      isForbidden: true,
    });
  });

  it('are not asked for where the API server does not answer', async () => {
    const client = clientWith({ '/version': new ApiError('GET /version', 0, 'connect ECONNREFUSED') });
    const { replicas, namespaces } = await gatherInstallation(client, now);
    expect(client.asked).toEqual(['/version']);
    expect([replicas, namespaces]).toEqual(
      [1, 2].map(() => ({ unknown: 'connect ECONNREFUSED', isForbidden: false })),
    );
  });
});

describe('a pod that is tried', () => {
  const pods = '/api/v1/namespaces/default/pods';
  const attempt = (answer: JsonObject | ApiError) =>
    tryPod(clientWith({ [pods]: answer }), 'default', { pod: samplePod('x', {}), sidecar: 'logs' });
  const refusedWith = (status: number, message: string) => attempt(new ApiError('POST', status, message));

  it('comes back as the API server would keep it', async () => {
    const pod = { metadata: { name: 'x' } };
    expect(await attempt(pod)).toEqual({ value: { namespace: 'default', sidecar: 'logs', answer: { pod } } });
  });

  it.each([
    [403, 'pods "x" is forbidden: exceeded quota'],
    [500, 'Internal error occurred: failed calling webhook'],
    [422, 'Pod "x" is invalid'],
  ])('is refused with %i', async (status, refusal) => {
    expect(await refusedWith(status, refusal)).toMatchObject({ value: { answer: { refusal } } });
  });

  it.each([
    [403, 'pods is forbidden: User "ada" cannot create resource "pods" in API group ""', true],
    [401, 'Unauthorized', true],
    [404, 'namespaces "default" not found', false],
    [0, 'the API server does not answer', false],
  ])('is not judged where the answer is %i %s', async (status, message, isForbidden) => {
    expect(await refusedWith(status, message)).toMatchObject({
      unknown: expect.stringContaining(message),
      isForbidden,
    });
  });
});
