/** The commands about pods that run, with an API over real TLS that holds a few pods; and above all how they end. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { status } from '../../src/cli/running-pods/status.ts';
import { upgrade } from '../../src/cli/running-pods/upgrade.ts';
import type { RunningPod } from '../../src/kubernetes/running-pod.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarFile } from '../../src/sidecars/sidecar-set.ts';
import { byPolicy } from '../by-policy.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { capturedOutput } from '../unit/cli/captured-output.ts';
import { barePod, changed, injectedPod, switchedOn } from '../unit/running-pods/pods.ts';
import { definitionText } from '../unit/sidecars/definition-text.ts';
import { kubeconfigFile, startFakeApiServer } from './fake-api-server.ts';
import { issueTestCertificates, type TestCertificates } from './in-process-webhook.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

const fileOf = (container: string) => ({
  name: 'logs.yaml',
  text: definitionText(`modes: [native, classic, init]\ncontainer: ${container}`),
});
const inForce = fileOf('{image: "example.com/logs:v2"}');
const older = fileOf('{image: "example.com/logs:v1"}');
const withOtherArgs = fileOf('{image: "example.com/logs:v2", args: [--other]}');

/** A pod that was injected when the definition was this one. */
function podFrom(file: SidecarFile, name: string, mode = 'native'): RunningPod {
  const annotations = { ...switchedOn, 'sidecar.io/logs.mode': mode };
  const sidecars = nextSidecarSet(emptySidecarSet, [file]);
  return injectedPod({ annotations, sidecars, metadata: { name } });
}

/** A pod of a Job that counts the restarts of its containers. */
function podOfJob(file: SidecarFile, name: string): RunningPod {
  const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'report', controller: true };
  const sidecars = nextSidecarSet(emptySidecarSet, [file]);
  return injectedPod({
    sidecars,
    metadata: { name, ownerReferences: [job] },
    spec: { restartPolicy: 'OnFailure' },
  });
}

/** A pod whose image somebody has moved by hand: only its status says the older definition. */
function movedByHand(name: string): RunningPod {
  const path = '/spec/initContainers/0/image';
  return changed(podFrom(older, name), [{ op: 'replace', path, value: 'example.com/logs:v2' }]);
}

const injected = podFrom(inForce, 'injected');
const outdated = podFrom(older, 'outdated');
const bare = barePod(switchedOn);
const plain = barePod({});
const needsRollout = podFrom(withOtherArgs, 'needs-rollout');

interface Api {
  /** The status of the answer to a request, as in `PATCH web`; 200 where it is not named. */
  readonly statuses?: Readonly<Record<string, number>>;
  readonly optedOut?: readonly string[];
  /** Pods that somebody deletes as soon as they have been patched. */
  readonly vanishing?: readonly string[];
}

/** What is listed to find out what pods belong to. */
const workloads = new Map(
  ['deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'].map(kind => [kind, []]),
);

const replicaSet = {
  metadata: {
    ...{ name: 'web-5d8', namespace: 'shop' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', controller: true }],
  },
};

/** Runs commands with an API that holds these pods of the namespace shop and applies patches. */
async function clusterWith(
  pods: readonly RunningPod[],
  { statuses = {}, optedOut = [], vanishing = [] }: Api = {},
) {
  const stored = new Map(pods.map(pod => [pod.metadata.name, pod]));
  const patched: string[] = [];
  const itemsOf = (name: string): readonly object[] | undefined => {
    if (name === 'namespaces') return optedOut.map(item => ({ metadata: { name: item } }));
    if (name === 'pods') return [...stored.values()];
    return name === 'replicasets' ? [replicaSet] : workloads.get(name);
  };
  const find = (method: string, name: string, body: string): object | undefined => {
    const items = itemsOf(name);
    if (items !== undefined) return { items };
    const pod = stored.get(name);
    if (pod === undefined || method !== 'PATCH') return pod;
    const after = changed(pod, JSON.parse(body));
    patched.push(name);
    stored.set(name, after);
    if (vanishing.includes(name)) stored.delete(name);
    return after;
  };
  const port = await startFakeApiServer(certificates, ({ method = '', url = '' }, response, body) => {
    const name = url.split('?', 1)[0]?.split('/').at(-1) ?? '';
    const refused = statuses[`${method} ${name}`];
    const found = refused === undefined ? find(method, name, body) : undefined;
    response.statusCode = refused ?? (found === undefined ? 404 : 200);
    response.end(JSON.stringify({ message: 'no', ...found }));
  });
  const kubeconfig = kubeconfigFile(certificates, port, {
    ...{ context: 'dev', namespace: 'shop', token: 'a', others: ['prod'] },
  });
  const sidecars = temporaryDirectory();
  writeFileSync(join(sidecars, inForce.name), inForce.text);
  const where = ['--kubeconfig', kubeconfig, '--sidecars', sidecars];
  return {
    patched,
    /** What both commands say first. */
    about: `context dev, namespace shop\ncompared with the definitions in ${sidecars} (--sidecars)\n`,
    status: (...args: readonly string[]) => capturedOutput(() => status.run([...where, ...args])),
    // Nothing here is awaited: with a second, a pod that is moved by mistake does not keep the test for minutes.
    upgrade: (...args: readonly string[]) =>
      capturedOutput(() => upgrade.run([...where, '--timeout=1s', ...args])),
  };
}

interface Ending {
  readonly what: string;
  readonly exitCode: number;
  readonly summary: string;
  readonly pods: readonly RunningPod[];
  /** The pods that get a patch, in their order. */
  readonly patched?: readonly string[];
  readonly statuses?: Api['statuses'];
  readonly vanishing?: Api['vanishing'];
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

describe('the exit code of status', () => {
  it.each<readonly [exitCode: number, summary: string, pods: readonly RunningPod[]]>([
    [0, 'no sidecars found', [plain]],
    [0, '1 injected, 0 outdated, 0 bare', [injected]],
    [0, '2 injected, 0 outdated, 0 bare', [injected, podFrom(inForce, 'other'), plain]],
    [3, '0 injected, 1 outdated, 0 bare', [outdated]],
    [3, '0 injected, 0 outdated, 1 bare', [bare]],
    [3, '1 injected, 1 outdated, 0 bare', [injected, outdated]],
    [3, '1 injected, 0 outdated, 1 bare', [injected, bare]],
    [3, '1 injected, 2 outdated, 1 bare', [injected, outdated, needsRollout, bare]],
  ])('is %i for: %s', async (exitCode, summary, pods) => {
    const cluster = await clusterWith(pods);
    const table = await cluster.status();
    expect({ exitCode: table.exitCode, stderr: table.stderr }).toEqual({
      exitCode,
      stderr: `${cluster.about}${summary}\n`,
    });
    expect((await cluster.status('--output', 'json')).exitCode).toBe(exitCode);
  });

  it('stands beside a table that says who put sidecars in, where that was not the webhook everywhere', async () => {
    const policies = byPolicy(podFrom(inForce, 'by-policy'));
    const some = await (await clusterWith([injected, policies, bare])).status('--pods');
    const rows = some.stdout.split('\n').map(line => line.split(/ {2,}/).slice(1, 6).join(' '));
    expect(rows.slice(0, 4)).toEqual([
      'POD SIDECAR STATE MODE BY',
      'injected logs injected native webhook',
      'by-policy logs injected native policy',
      'web logs bare native -',
    ]);
    for (const args of [[], ['--pods']])
      expect((await (await clusterWith([injected, bare])).status(...args)).stdout).not.toContain('BY');
    const { stdout } = await (await clusterWith([injected, policies])).status('--output', 'json');
    const { sidecars } = JSON.parse(stdout) as { sidecars: readonly { by?: string }[] };
    expect(sidecars.map(({ by }) => by)).toEqual([undefined, 'policy']);
  });

  it('stands beside sums of each workload', async () => {
    const apiVersion = 'apps/v1';
    const ownerReferences = [{ apiVersion, kind: 'ReplicaSet', name: 'web-5d8', uid: 'r', controller: true }];
    const owned = [injected, outdated].map(pod => ({
      ...pod,
      metadata: { ...pod.metadata, ownerReferences },
    }));
    const { stdout } = await (await clusterWith([...owned, bare])).status();
    expect(stdout.split('\n').map(line => line.split(/ {3,}/))).toEqual([
      ['NAMESPACE', 'WORKLOAD', 'SIDECAR', 'INJECTED', 'OUTDATED', 'BARE', 'DIFFERENCE'],
      ['shop', 'Deployment/web', 'logs', '1', '1', '0', 'the image differs'],
      ['shop', 'Pod/web', 'logs', '0', '0', '1', 'the pod is annotated and has no such sidecar'],
      [''],
    ]);
  });

  it('is the worst of several contexts, each of which is named in the table', async () => {
    const cluster = await clusterWith([outdated]);
    const { exitCode, stdout, stderr } = await cluster.status('--context', 'dev,no,prod', '--pods');
    expect([exitCode, stdout.match(/^(CONTEXT|dev|prod)/gm)]).toEqual([
      1,
      ['CONTEXT', 'dev', 'CONTEXT', 'prod'],
    ]);
    expect(stderr).toMatch(
      /^context dev, [\s\S]*context no: .*no context "no"; known: dev, prod\ncontext prod, /,
    );
  });

  it('is 0 where what is bare was meant to be', async () => {
    const cluster = await clusterWith([injected, bare], { optedOut: ['shop'] });
    const { exitCode, stderr } = await cluster.status();
    expect([exitCode, lastLine(stderr)]).toEqual([0, '1 injected, 0 outdated, 0 bare']);
  });

  it('is 1 where the pods cannot be listed', async () => {
    const cluster = await clusterWith([injected], { statuses: { 'GET pods': 403 } });
    expect(await cluster.status()).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `${cluster.about}sidecar-injector: GET /api/v1/namespaces/shop/pods: 403 no\n`,
    });
  });
});

describe('the exit code of upgrade', () => {
  const [first, second] = [movedByHand('first'), movedByHand('second')];
  const statuses = { 'PATCH first': 422 };

  it.each<Ending>([
    { what: 'there is no pod', exitCode: 0, summary: 'nothing to upgrade', pods: [] },
    { what: 'no pod is behind', exitCode: 0, summary: 'nothing to upgrade', pods: [injected, plain] },
    {
      what: 'what is behind has done its work',
      exitCode: 0,
      summary: 'nothing to upgrade',
      pods: [podFrom(older, 'done', 'init')],
    },
    {
      what: 'all are moved',
      exitCode: 0,
      summary: 'pods: 2 recorded',
      pods: [injected, first, second],
      patched: ['first', 'second'],
    },
    {
      what: 'a pod is gone before it is read',
      exitCode: 3,
      summary: 'pods: 1 gone meanwhile',
      pods: [first],
      statuses: { 'GET first': 404 },
    },
    {
      what: 'a pod is gone before it is patched',
      exitCode: 3,
      summary: 'pods: 1 gone meanwhile',
      pods: [first],
      statuses: { 'PATCH first': 404 },
    },
    {
      what: 'more than the image has changed',
      exitCode: 3,
      summary: 'pods: 1 need a rollout',
      pods: [needsRollout],
    },
    {
      what: 'a mode cannot restart',
      exitCode: 3,
      summary: 'pods: 1 need a rollout',
      pods: [podFrom(older, 'classic', 'classic')],
    },
    {
      what: 'a restart would be taken for a failure',
      exitCode: 3,
      summary: 'pods: 1 recorded, 2 left alone',
      pods: [podOfJob(older, 'report-1'), first, podOfJob(older, 'report-2')],
      patched: ['first'],
    },
    {
      what: 'a restart would be taken for a failure, and nothing has to restart',
      exitCode: 0,
      summary: 'nothing to upgrade',
      pods: [podOfJob(inForce, 'report-1')],
    },
    {
      what: 'a pod is gone after it was patched',
      exitCode: 3,
      summary: 'pods: 1 recorded, 1 gone meanwhile',
      pods: [first, second],
      patched: ['first', 'second'],
      vanishing: ['first'],
    },
    { what: 'a sidecar is missing', exitCode: 3, summary: 'pods: 1 need a rollout', pods: [bare] },
    {
      what: 'one is moved and another cannot be',
      exitCode: 3,
      summary: 'pods: 1 recorded, 1 need a rollout',
      pods: [needsRollout, first],
      patched: ['first'],
    },
    {
      what: 'a pod cannot be read',
      exitCode: 1,
      summary: 'pods: 1 failed',
      pods: [first],
      statuses: { 'GET first': 500 },
    },
    { what: 'a pod cannot be patched', exitCode: 1, summary: 'pods: 1 failed', pods: [first], statuses },
    {
      what: 'one fails before another',
      exitCode: 1,
      summary: 'pods: 1 failed, 1 not begun',
      pods: [first, second],
      statuses,
    },
    {
      what: 'one fails after another',
      exitCode: 1,
      summary: 'pods: 1 recorded, 1 failed',
      pods: [second, first],
      patched: ['second'],
      statuses,
    },
    {
      what: 'one fails and another needs a rollout',
      exitCode: 1,
      summary: 'pods: 1 need a rollout, 1 failed',
      pods: [needsRollout, first],
      statuses,
    },
  ])(
    'is $exitCode where $what',
    async ({ exitCode, summary, pods, patched = [], statuses = {}, vanishing = [] }) => {
      const cluster = await clusterWith(pods, { statuses, vanishing });
      const ended = await cluster.upgrade();
      expect({ exitCode: ended.exitCode, stderr: ended.stderr, patched: cluster.patched }).toEqual({
        exitCode,
        stderr: `${cluster.about}${summary}\n`,
        patched,
      });
    },
  );

  it.each<readonly [exitCode: number, summary: string, pods: readonly RunningPod[]]>([
    [0, 'nothing to upgrade', [injected]],
    [0, 'pods: 2 to upgrade', [outdated, first]],
    [3, 'pods: 1 need a rollout', [needsRollout]],
    [3, 'pods: 1 to upgrade, 1 need a rollout', [outdated, needsRollout]],
    [3, 'pods: 1 to upgrade, 1 left alone', [outdated, podOfJob(older, 'report')]],
  ])('is %i in a dry run for: %s; and nothing is patched', async (exitCode, summary, pods) => {
    const cluster = await clusterWith(pods);
    const { exitCode: code, stderr } = await cluster.upgrade('--dry-run');
    expect([code, lastLine(stderr), cluster.patched]).toEqual([exitCode, summary, []]);
  });

  it('is 1 where the pods cannot be listed, or the sidecar is not known', async () => {
    const cluster = await clusterWith([first], { statuses: { 'GET pods': 403 } });
    const forbidden = await cluster.upgrade();
    expect([forbidden.exitCode, lastLine(forbidden.stderr)]).toEqual([
      1,
      'sidecar-injector: GET /api/v1/namespaces/shop/pods: 403 no',
    ]);
    const unknown = await cluster.upgrade('--sidecar', 'log');
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      1,
      'sidecar-injector: --sidecar: no definition of "log"; did you mean "logs"?; known: logs\n',
    ]);
  });

  it('leaves behind what status has no complaint about', async () => {
    const cluster = await clusterWith([first, second]);
    expect((await cluster.status()).exitCode).toBe(3);
    await cluster.upgrade();
    expect((await cluster.status()).exitCode).toBe(0);
  });
});
