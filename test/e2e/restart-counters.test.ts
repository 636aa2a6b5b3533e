/** What the Job controller makes of a sidecar that restarts, and that an upgrade knows it. */
import type { V1Job, V1JobSpec, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createNode, deleteNode, reportContainers, startPod } from './kubelet.ts';
import { newerDefinitions, runProgram } from './pod-commands.ts';
import { gitSync } from './pod-manifests.ts';
import { describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

const image = 'registry.k8s.io/git-sync/git-sync';

describeWithControllers('an upgrade of the pods of a Job', () => {
  useWebhook();
  let namespace: TestNamespace;
  let newer: string;
  beforeAll(async () => {
    await createNode();
    newer = await newerDefinitions();
  });
  afterAll(() => deleteNode());
  beforeEach(async () => {
    namespace = await createNamespace();
  });

  it('leaves them alone where restarts count against backoffLimit, and the Job lives', async () => {
    const before = await podsOfJob('OnFailure', { parallelism: 6, completions: 6 });
    const { exitCode, stdout, stderr } = await upgrade();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr:
        `context e2e, namespace ${namespace.name}\ncompared with the definitions in ${newer} (--sidecars)\n` +
        'pods: 6 left alone\n',
    });
    expect(stdout.trim().split('\n')).toEqual(
      before.map(
        ({ metadata }) =>
          `${namespace.name}/${metadata?.name}: git-sync: left alone: Job "report" counts the restarts of every ` +
          `container against backoffLimit (restartPolicy: OnFailure); its next pods get ${image}:v4.9.9`,
      ),
    );
    expect(await namespace.pods()).toEqual(before);
    expect(await failureOfJob()).toBeUndefined();
  });

  it.each([
    ['six restarts of git-sync', 'the default backoffLimit', { parallelism: 6, completions: 6 }],
    ['one restart of git-sync', 'backoffLimit 0', { backoffLimit: 0 }],
  ] as const)('would end it otherwise: %s reach %s', async (_what, _limit, spec) => {
    const pods = await podsOfJob('OnFailure', spec);
    for (const { metadata } of pods) await reportContainers(namespace, metadata?.name ?? '', '2');
    await eventually(async () => expect(await failureOfJob()).toBe('BackoffLimitExceeded'));
    // Without a kubelet none of them ever ends.
    await eventually(async () => {
      const kept = (await namespace.pods()).filter(({ metadata }) => !metadata?.deletionTimestamp);
      expect(kept).toEqual([]);
    });
  });

  it.each([
    ['backoffLimit 0', { backoffLimit: 0 }],
    [
      'podFailurePolicy',
      {
        backoffLimit: 0,
        podFailurePolicy: {
          rules: [{ action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [0] } }],
        },
      },
    ],
    [
      'backoffLimitPerIndex',
      { completionMode: 'Indexed', completions: 1, parallelism: 1, backoffLimitPerIndex: 0 },
    ],
  ] as const)('restarts their sidecars where only failed pods count, with %s', async (_what, spec) => {
    const [pod] = await podsOfJob('Never', spec as Partial<V1JobSpec>);
    const name = pod?.metadata?.name ?? '';
    const ended = upgrade();
    await eventually(async () =>
      expect((await namespace.pod(name)).spec?.initContainers?.[0]?.image).toBe(`${image}:v4.9.9`),
    );
    const terminated = { exitCode: 143, reason: 'Error' };
    await reportContainers(namespace, name, '2', { started: false, ready: false, state: { terminated } });
    await reportContainers(namespace, name, '2', { lastState: { terminated } });
    expect(await ended).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/pods: 1 upgraded\n$/) });
    expect(await failureOfJob()).toBeUndefined();
    expect((await namespace.pods()).map(({ metadata }) => metadata?.uid)).toEqual([pod?.metadata?.uid]);
  });

  /** The running pods of a Job whose template asks for git-sync. */
  async function podsOfJob(restartPolicy: string, spec: Partial<V1JobSpec>): Promise<readonly V1Pod[]> {
    await namespace.kubectl('create -f -', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'report' },
      spec: {
        ...spec,
        template: {
          metadata: { annotations: gitSync },
          spec: { restartPolicy, containers: [{ name: 'app', image: 'busybox:1.37' }] },
        },
      },
    });
    const made = await eventually(async () => {
      const pods = await namespace.pods();
      expect(pods).toHaveLength(spec.parallelism ?? 1);
      return pods;
    });
    for (const { metadata } of made) await startPod(namespace, metadata?.name ?? '');
    return namespace.pods();
  }

  /** Why the Job has failed, or will have as soon as its pods have ended. */
  async function failureOfJob(): Promise<string | undefined> {
    const { status } = await namespace.json<V1Job>('get job report');
    return status?.conditions?.find(({ type }) => type === 'FailureTarget' || type === 'Failed')?.reason;
  }

  function upgrade() {
    return runProgram('upgrade', '--namespace', namespace.name, '--sidecars', newer);
  }
});
