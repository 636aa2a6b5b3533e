/** That a command waits while the API server has too much to do, and goes on when it has not. */
import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { ApiClient, type ApiClientOptions } from '../../src/cluster/api-client.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { Pace } from '../../src/cluster/pace.ts';
import { accountForPods } from './pod-account.ts';
import { describeWithApiServer, eventually, kubectl } from './suite.ts';
import { useNamespace } from './test-namespace.ts';

/** Lets one request of an account through at a time, and has others come again: https://kubernetes.io/docs/concepts/cluster-administration/flow-control/ */
async function narrow(namespace: string, account: string): Promise<void> {
  const name = `narrow-${randomBytes(3).toString('hex')}`;
  const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';
  const subject = { kind: 'ServiceAccount', serviceAccount: { namespace, name: account } };
  const resourceRules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'], namespaces: ['*'] }];
  const limited = {
    nominalConcurrencyShares: 0,
    borrowingLimitPercent: 0,
    limitResponse: { type: 'Reject' },
  };
  await kubectl('create -f -', {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        ...{ apiVersion, kind: 'PriorityLevelConfiguration', metadata: { name } },
        spec: { type: 'Limited', limited },
      },
      {
        ...{ apiVersion, kind: 'FlowSchema', metadata: { name } },
        spec: {
          ...{ priorityLevelConfiguration: { name }, matchingPrecedence: 2 },
          rules: [{ subjects: [subject], resourceRules }],
        },
      },
    ],
  });
  onTestFinished(async () => {
    await kubectl(`delete flowschema/${name} prioritylevelconfiguration/${name}`);
  });
}

describeWithApiServer('an API server that has too much to do', () => {
  const namespace = useNamespace();

  it('is asked again after the time that it names, until it has answered all', async () => {
    const file = await accountForPods(namespace(), 'person', ['list']);
    await narrow(namespace().name, 'person');
    const waits: number[] = [];
    const pace = new Pace({ requestsPerSecond: 50, burst: 50 }, { nowMs: () => performance.now(), sleep });
    function sleep(milliseconds: number) {
      waits.push(milliseconds);
      return new Promise(resolve => setTimeout(resolve, milliseconds));
    }
    const listAtOnce = (options: ApiClientOptions) => {
      const client = new ApiClient(loadKubeconfig(file), () => new Date(), { maxSockets: 20, ...options });
      const list = { method: 'GET', path: `/api/v1/namespaces/${namespace().name}/pods` } as const;
      return Promise.allSettled(Array.from({ length: 20 }, () => client.request(list)));
    };
    await eventually(async () => {
      const answers = await listAtOnce({});
      const refusal = answers.find(({ status }) => status === 'rejected');
      expect(refusal).toMatchObject({ reason: { status: 429, retryAfterMs: 1000 } });
    });
    const answers = await listAtOnce({ pace });
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(Math.max(...waits), 'it was asked to wait').toBeGreaterThan(900);
  });
});
