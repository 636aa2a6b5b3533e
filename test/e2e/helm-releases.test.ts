/**
 * The life of a release of Helm: no pod is refused or left bare while it is installed, upgraded and rolled back, and none is refused
 * while it goes. There is no kubelet: what one would run, a process of this machine runs (pod-runner.ts), the replicas of the
 * Deployment as well as the pods of the chart's hooks.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstCallMs } from '../../scripts/tools/tool.ts';
import { policyNames } from '../../src/cluster/registered-objects.ts';
import { commandBlocks } from '../documents.ts';
import { changesOf, streamWhile } from './admission-stream.ts';
import { deletionsUpTo, readDeletions } from './audit-log.ts';
import { removeInstallation, removeRelease, runInShell } from './helm-shell.ts';
import { PodRunner } from './pod-runner.ts';
import { publishedBundle } from './registration.ts';
import { describeWithControllers, kubectl, kubectlJson, reinstall } from './suite.ts';
import { namespaceNamed } from './test-namespace.ts';

const chart = 'deploy/chart';
/** What docs/install/helm.md says. */
const [testCommand = '', uninstallCommand = ''] = commandBlocks('docs/install/helm.md')
  .map(({ commands }) => commands.trim())
  .filter(command => /^helm (?:test|uninstall) /.test(command));
const wait = '--wait --timeout 90s';

describeWithControllers.each([
  { name: 'sidecar-injector', how: 'server-side', flags: '' },
  { name: 'platform-release', how: 'client-side, as by Helm 3', flags: '--server-side=false' },
])('a release of Helm in namespace $name, applied $how,', ({ name, flags }) => {
  const namespace = namespaceNamed(name);
  const release = `sidecar-injector --namespace ${name}`;
  const here = (command: string) => command.replace('--namespace sidecar-injector', `--namespace ${name}`);
  const runner = new PodRunner(name);
  const runsOf = (account: string) => runner.runs.filter(run => run.account === account);
  let authority: unknown;
  const inNamespace =
    'deployment,service,configmap,secret,serviceaccount,role,rolebinding,job,poddisruptionbudget';
  const inCluster =
    'mutatingwebhookconfiguration,validatingadmissionpolicy,validatingadmissionpolicybinding,clusterrole,clusterrolebinding,priorityclass';
  /** What other files have left. */
  let before: readonly string[];
  beforeAll(async () => {
    await removeInstallation();
    before = [...(await left(inNamespace, name)), ...(await left(inCluster, name))];
    await runner.start();
  }, firstCallMs + 120_000);
  afterAll(async () => {
    // Whatever fails here, the next file has its installation.
    try {
      await removeRelease(name).finally(() => runner.stop());
      if (name !== 'sidecar-injector')
        await kubectl(`delete namespace ${name} --wait=false --ignore-not-found`);
    } finally {
      await reinstall();
    }
  });

  it('is installed, and has two replicas put sidecars into pods', async () => {
    await runInShell(`helm install ${release} ${chart} --create-namespace ${flags} ${wait}`);
    const outcomes = await streamWhile(() => Promise.resolve());
    expect(changesOf(outcomes)).toEqual(['injected']);
    authority = await readAuthority();
  });

  it('is tested by an account that may do what the test takes, and finds nothing', async () => {
    // No kubelet gives the logs of the pod.
    await runInShell(`${here(testCommand).replace(' --logs', '')} --timeout 90s`);
    const [run] = runsOf('sidecar-injector-test');
    expect(run?.args).toEqual(['check', '--wait', '30s', '--namespace', 'default']);
    expect(run?.output).toMatch(/^\d+ √, 0 ‼, 0 ×; /m);
    expect(await left('serviceaccount,role,rolebinding', name, 'sidecar-injector-test')).toEqual([]);
  });

  it.each([
    ['an upgrade', `helm upgrade ${release} ${chart} --set config.logLevel=debug`, 2],
    ['a rollback', `helm rollback ${release.replace(' ', ' 1 ')}`, 3],
  ])(
    'replaces its replicas in %s, loses no admission and keeps its authority',
    async (_what, command, generation) => {
      const outcomes = await streamWhile(() => runInShell(`${command} ${wait}`));
      expect(changesOf(outcomes)).toEqual(['injected']);
      expect(outcomes.length).toBeGreaterThan(20);
      expect(await namespace.json('get deployment sidecar-injector')).toMatchObject({
        metadata: { generation },
        status: { observedGeneration: generation, replicas: 2, readyReplicas: 2, updatedReplicas: 2 },
      });
      expect(await readAuthority()).toEqual(authority);
    },
  );

  it('refuses no pod while it is uninstalled: policies, webhook configuration, and only then the rest', async () => {
    const before = (await readDeletions()).length;
    const outcomes = await streamWhile(() => runInShell(`${here(uninstallCommand)} ${wait}`));
    expect(changesOf(outcomes)).toEqual(['injected', 'bare']);
    const deletions = (await deletionsUpTo('deployments', before)).filter(deletion =>
      [...policyNames, 'sidecar-injector'].some(own => own === deletion.name),
    );
    const last = deletions.at(-1);
    expect(changesOf(deletions.map(({ resource }) => resource))).toEqual([
      'validatingadmissionpolicybindings',
      'validatingadmissionpolicies',
      'mutatingwebhookconfigurations',
      'deployments',
    ]);
    expect(new Set(deletions.filter(each => each !== last).map(({ user }) => user))).toEqual(
      new Set([`system:serviceaccount:${name}:sidecar-injector-unregister`]),
    );
    expect(runsOf('sidecar-injector-unregister').map(({ args, exitCode }) => ({ args, exitCode }))).toEqual([
      { args: ['unregister', '--namespace', name], exitCode: 0 },
    ]);
  });

  it('leaves nothing', async () => {
    expect([...(await left(inNamespace, name)), ...(await left(inCluster, name))]).toEqual(before);
  });

  async function readAuthority(): Promise<unknown> {
    const { data } = await namespace.json<{ data: unknown }>('get secret sidecar-injector-ca');
    expect(data).toHaveProperty(['ca.crt']);
    return { data, bundle: await publishedBundle() };
  }
});

/** What is there of these kinds and begins like ours. */
async function left(
  kinds: string,
  namespace: string,
  prefix = 'sidecar-injector',
): Promise<readonly string[]> {
  const { items } = await kubectlJson<{ items: readonly { kind: string; metadata: { name: string } }[] }>(
    `-n ${namespace} get ${kinds}`,
  );
  return items
    .filter(({ metadata }) => metadata.name.startsWith(prefix))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}
