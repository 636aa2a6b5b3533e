/** What the Job controller makes of sidecars; pod statuses are written in the kubelet's place. */
import type { V1Job } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNode, deleteNode, endPod, reportContainers, startPod } from './kubelet.ts';
import { mountedGitSync } from './pod-manifests.ts';
import { describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

const willGet = "Warning: web's pods will get git-sync, content at /site/current\n";
const restartsCount =
  'Warning: restarts of git-sync count against backoffLimit: use restartPolicy: Never, or sidecar.io/git-sync.mode: init\n';

describeWithControllers('restarts of a native sidecar', () => {
  useWebhook();
  beforeAll(() => createNode());
  afterAll(() => deleteNode());

  it.each<readonly [limit: number | undefined, restarts: number]>([
    [undefined, 6],
    [0, 1],
  ])('end a Job with OnFailure whose backoffLimit is %s: after %i', async (backoffLimit, restarts) => {
    const namespace = await createNamespace();
    const spec = backoffLimit === undefined ? {} : { backoffLimit };
    const podSpec = { restartPolicy: 'OnFailure' };
    const { stderr } = await namespace.kubectl(
      'create -f -',
      workloadOf('Job', { annotations: mountedGitSync, podSpec, spec }),
    );
    expect(stderr).toBe(`${willGet}${restartsCount}`);
    const pod = await runningPod(namespace);
    await reportContainers(namespace, pod, String(restarts + 1));
    await eventually(async () =>
      expect(await failureOf(namespace)).toMatchObject({ reason: 'BackoffLimitExceeded' }),
    );
  });

  it('do nothing to a Job with Never', async () => {
    const namespace = await createNamespace();
    const { stderr } = await namespace.kubectl(
      'create -f -',
      workloadOf('Job', { annotations: mountedGitSync, spec: { backoffLimit: 0 } }),
    );
    expect(stderr).toBe(willGet);
    const pod = await runningPod(namespace);
    await reportContainers(namespace, pod, '8');
    // The controller has seen it: the pod counts as ready, and the Job has not failed.
    await namespace.kubectl([
      ...`patch pod ${pod} --subresource status --type merge --patch`.split(' '),
      '{"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:04Z"}]}}',
    ]);
    await eventually(async () => {
      const { status } = await namespace.json<V1Job>('get job web');
      expect(status?.ready).toBe(1);
    });
    expect(await failureOf(namespace)).toBeUndefined();
  });

  it('are told of for a CronJob', async () => {
    const namespace = await createNamespace();
    const podSpec = { restartPolicy: 'OnFailure' };
    const create = workloadOf('CronJob', { template: mountedGitSync, podSpec });
    expect((await namespace.kubectl('create -f -', create)).stderr).toBe(`${willGet}${restartsCount}`);
  });
});

describeWithControllers('the exit code of a sidecar', () => {
  useWebhook();
  beforeAll(() => createNode());
  afterAll(() => deleteNode());

  const advice = (index: number) =>
    `Warning: add containerName: web to podFailurePolicy.rules[${index}].onExitCodes: it takes git-sync's exit code too\n`;
  const failJob = (onExitCodes: object) => ({ action: 'FailJob', onExitCodes });

  it.each<readonly [what: string, rule: object]>([
    ['143', failJob({ operator: 'In', values: [143] })],
    ['all but those of the app', failJob({ operator: 'NotIn', values: [42] })],
  ])('fails the Job by a rule on %s that names no container', async (_what, rule) => {
    const { namespace, stderr } = await failedJob(rule);
    expect(stderr).toBe(`${willGet}${advice(0)}`);
    await eventually(async () =>
      expect(await failureOf(namespace)).toMatchObject({
        reason: 'PodFailurePolicy',
        message: expect.stringContaining('Container git-sync'),
      }),
    );
  });

  it('keeps the failure of the app from being counted where it is ignored', async () => {
    const { namespace, stderr } = await failedJob({
      action: 'Ignore',
      onExitCodes: { operator: 'In', values: [143] },
    });
    expect(stderr).toBe(`${willGet}${advice(0)}`);
    await eventually(async () => expect(await namespace.pods()).toHaveLength(2));
    expect((await namespace.json<V1Job>('get job web')).status?.failed ?? 0).toBe(0);
  });

  it.each<readonly [what: string, rule: object]>([
    ['with the line that the warning says', failJob({ containerName: 'web', operator: 'In', values: [143] })],
    ['on what only the app says', failJob({ operator: 'In', values: [41] })],
  ])('fails no Job by a rule %s', async (_what, rule) => {
    const { namespace, stderr } = await failedJob(rule);
    expect(stderr).toBe(willGet);
    await eventually(async () => {
      expect((await namespace.json<V1Job>('get job web')).status?.failed).toBe(1);
    });
    expect(await failureOf(namespace)).toBeUndefined();
  });
});

/** A Job with a rule, whose app has failed with 42 and whose sidecar was ended by SIGTERM. */
async function failedJob(rule: object) {
  const namespace = await createNamespace();
  const { stderr } = await namespace.kubectl(
    'create -f -',
    workloadOf('Job', { annotations: mountedGitSync, spec: { podFailurePolicy: { rules: [rule] } } }),
  );
  await endPod(namespace, await runningPod(namespace), { web: 42, 'git-sync': 143 });
  return { namespace, stderr };
}

async function runningPod(namespace: TestNamespace): Promise<string> {
  const name = await eventually(async () => {
    const [pod] = await namespace.pods();
    if (pod?.metadata?.name === undefined) throw new Error('the Job has no pod yet');
    return pod.metadata.name;
  });
  await startPod(namespace, name);
  return name;
}

/** Without a kubelet its pods may never end, and until then it is only about to fail. */
async function failureOf(namespace: TestNamespace) {
  const { status } = await namespace.json<V1Job>('get job web');
  return status?.conditions?.find(({ type }) => type === 'FailureTarget' || type === 'Failed');
}
