/** What an audit finds in a cluster, by the definitions that are in force and by those that are about to be. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { installWorkloadDefinitions } from './custom-resources.ts';
import { projectDirectory } from './installation.ts';
import { createKubectl } from './kubectl.ts';
import { definitions, newerDefinitions, runProgram } from './pod-commands.ts';
import { gitSync, podOf, repository } from './pod-manifests.ts';
import { controlPlane, describeWithControllers, eventually, kubectl, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

interface Finding {
  readonly namespace: string;
  readonly object: string;
  readonly sidecar: string;
  readonly code: string;
  readonly message: string;
  readonly pods: readonly string[];
}

const every10s = { ...gitSync, 'sidecar.io/git-sync.period': '10s' };
const image = 'registry.k8s.io/git-sync/git-sync';

describeWithControllers('an audit', () => {
  const webhook = useWebhook();
  let namespace: TestNamespace;
  beforeEach(async () => {
    namespace = await createNamespace();
  });

  describe('by an edited definition', () => {
    const draft = () => definitions(text => text.replace('minimum: 1s', 'minimum: 1m'));

    it('finds the one Deployment whose pods it would have refused, before it is in force', async () => {
      await create(workloadOf('Deployment', { name: 'web', annotations: every10s }));
      await create(workloadOf('Deployment', { name: 'shop', annotations: gitSync }));
      await create(workloadOf('Deployment', { name: 'plain' }));
      expect(await run()).toMatchObject({ exitCode: 0, stdout: '' });
      const sidecars = await draft();
      const { exitCode, stdout, stderr } = await run('--sidecars', sidecars);
      expect(exitCode).toBe(3);
      const [header, first] = stdout.split('\n').map(line => line.split(/ {3,}/));
      expect(header).toEqual(['NAMESPACE', 'OBJECT', 'SIDECAR', 'CODE', 'MESSAGE']);
      expect(first).toEqual([
        namespace.name,
        'deployment/web',
        'git-sync',
        'invalid-value',
        expect.stringMatching(/^pods are refused: .*sidecar\.io\/git-sync\.period: got "10s"; use .*1m/),
      ]);
      expect(stdout.match(/invalid-value/g)).toHaveLength(1);
      expect(stderr).toContain(`context e2e, namespace ${namespace.name}, definitions in ${sidecars}\n`);
      expect(stderr).toMatch(/ and 3 workloads judged: .*1 invalid-value/);
    });

    it('says what the injector says once the definition is in force', async () => {
      await create(workloadOf('Deployment', { annotations: every10s }));
      const sidecars = await draft();
      const [finding] = await findings('--sidecars', sidecars);
      const { text: before } = await webhook().status('/version');
      await setDefinition(sidecars);
      try {
        await eventually(async () => expect((await webhook().status('/version')).text).not.toBe(before));
        await namespace.kubectl('rollout restart deployment/web');
        await eventually(async () => {
          const events = await namespace.warningEvents();
          expect(events).toContain(finding?.message.replace('pods are refused: ', ''));
        });
      } finally {
        await setDefinition(join(projectDirectory, 'sidecars'));
        await eventually(async () => expect((await webhook().status('/version')).text).toBe(before));
      }
    });

    it('finds what makes no pods now, and leaves alone what is over', async () => {
      await create(workloadOf('CronJob', { name: 'nightly', annotations: every10s }));
      await create(workloadOf('StatefulSet', { name: 'empty', template: every10s, spec: { replicas: 0 } }));
      await create(workloadOf('Job', { name: 'over', template: every10s }));
      await finishJob('over');
      await create({
        ...workloadOf('Deployment', { name: 'alone', template: every10s }),
        kind: 'ReplicaSet',
      });
      expect((await refused('--sidecars', await draft())).sort()).toEqual([
        'cronjob/nightly',
        'replicaset/alone',
        'statefulset/empty',
      ]);
    });

    it('finds the pods that nobody would make anew, where what made them is gone or asks for something else', async () => {
      await namespace.createPod(podOf('single', every10s));
      const found = await findings('--sidecars', await draft());
      expect(found.filter(({ code }) => code === 'invalid-value')).toEqual([
        {
          namespace: namespace.name,
          object: 'pod/single',
          sidecar: 'git-sync',
          code: 'invalid-value',
          message: expect.stringMatching(/^created again it is refused: .*git-sync\.period: got "10s"/),
          pods: ['single'],
        },
      ]);
    });

    it('looks into kinds that the configuration names, and says which of them the cluster does not have', async () => {
      await installWorkloadDefinitions(kubectl);
      const directory = await mkdtemp(join(controlPlane().directory, 'audit-'));
      const config = join(directory, 'config.yaml');
      await writeFile(config, rolloutConfig);
      const { apiVersion: _, ...deployment } = workloadOf('Deployment', { template: every10s }) as {
        apiVersion?: string;
      };
      await create({ ...deployment, apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' });
      const sidecars = await draft();
      expect(await refused('--sidecars', sidecars)).toEqual([]);
      const args = ['--sidecars', sidecars, '--config', config];
      expect(await refused(...args)).toEqual(['rollout/web']);
      const { stderr } = await run(...args);
      expect(stderr).toContain('the cluster has no gadgets.example.com, which workloadKinds names\n');
    });
  });

  describe('by the definitions in force', () => {
    it('finds pods that are bare, that nobody knows, and that were annotated later', async () => {
      await namespace.kubectl('create -f -', podOf('late'));
      await namespace.kubectl(
        `annotate pod late sidecar.io/git-sync=${repository} sidecar.io/gitsync.ref=v1`,
      );
      await namespace.createPod(podOf('edited', gitSync));
      await namespace.kubectl('annotate pod edited sidecar.io/git-sync.ref=v2');
      const found = await findings();
      expect(found.map(({ object, sidecar, code }) => [object, sidecar, code])).toEqual([
        ['pod/late', 'gitsync', 'unknown-sidecar'],
        ['pod/late', 'git-sync', 'pod-bare'],
        ['pod/edited', 'git-sync', 'parameters-changed'],
      ]);
    });

    it('names pods of one workload once, by what a person knows them by', async () => {
      await create(workloadOf('Deployment', { annotations: gitSync, spec: { replicas: 3 } }));
      await eventually(async () => expect(await namespace.pods('app=web')).toHaveLength(3));
      const pods = (await namespace.pods('app=web')).map(({ metadata }) => metadata?.name);
      expect(await findings('--sidecars', await newerDefinitions())).toEqual([
        {
          namespace: namespace.name,
          object: 'deployment/web',
          sidecar: 'git-sync',
          code: 'definition-outdated',
          message: `git-sync: the image differs: ${image}:v4.7.1, now ${image}:v4.9.9`,
          pods: pods.sort(),
        },
      ]);
      const { stdout } = await run('--sidecars', await newerDefinitions());
      expect(stdout).toContain(`${pods[0]} and 2 more: git-sync: the image differs`);
    });

    it('finds nothing to refuse in a namespace that opted out, and nothing at all in what opted out itself', async () => {
      await kubectl(`label namespace ${namespace.name} sidecar.io/inject=disabled`);
      await create(workloadOf('Deployment', { template: { 'sidecar.io/gitsync': repository } }));
      await namespace.kubectl('create -f -', podOf('bare', gitSync));
      expect(await run()).toMatchObject({ exitCode: 0, stdout: '' });
      await kubectl(`label namespace ${namespace.name} sidecar.io/inject-`);
      expect((await findings()).map(({ code }) => code).sort()).toEqual(['pod-bare', 'unknown-sidecar']);
      await namespace.kubectl('annotate pod bare sidecar.io/inject=false');
      expect((await findings()).map(({ object }) => object)).toEqual(['deployment/web']);
    });

    it('chooses by namespace and label, and counts in JSON', async () => {
      await namespace.kubectl('create -f -', podOf('bare'));
      await namespace.kubectl(`annotate pod bare sidecar.io/git-sync=${repository}`);
      await namespace.kubectl(`label pod bare track=${namespace.name}`);
      const { exitCode, stdout } = await runProgram(
        ...['audit', '-A', '-l', `track=${namespace.name}`, '-o', 'json'],
      );
      expect(exitCode).toBe(3);
      expect(JSON.parse(stdout)).toEqual({
        context: 'e2e',
        definitions: 'sidecars',
        judged: { pods: 1, workloads: 0 },
        findings: [expect.objectContaining({ namespace: namespace.name, object: 'pod/bare' })],
        counts: { 'pod-bare': 1 },
      });
      expect(await run('-l', 'track=elsewhere')).toMatchObject({ exitCode: 0, stdout: '' });
    });

    it('fails where something may not be listed: what was not looked at is not right', async () => {
      await namespace.kubectl('create role podreader --verb list --resource pods');
      await namespace.kubectl(
        `create rolebinding podreader --role podreader --serviceaccount ${namespace.name}:default`,
      );
      const { stdout: token } = await namespace.kubectl('create token default');
      const directory = await mkdtemp(join(controlPlane().directory, 'audit-'));
      const kubeconfig = join(directory, 'kubeconfig');
      const { stdout: config } = await createKubectl(controlPlane())('config view --raw -o json');
      const users = [{ name: 'admin', user: { token: token.trim() } }];
      await writeFile(kubeconfig, JSON.stringify({ ...JSON.parse(config), users }), { mode: 0o600 });
      const { exitCode, stdout, stderr } = await run('--kubeconfig', kubeconfig);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(/GET \/apis\/apps\/v1\/namespaces\/\S+\/deployments: 403 .*cannot list/);
    });
  });

  async function create(object: object): Promise<void> {
    await namespace.kubectl('create -f -', object);
  }

  function run(...args: readonly string[]) {
    return runProgram('audit', '--namespace', namespace.name, ...args);
  }

  async function findings(...args: readonly string[]): Promise<readonly Finding[]> {
    return JSON.parse((await run('-o', 'json', ...args)).stdout).findings;
  }

  /** The objects whose pods will be refused, because of the annotation about the period. */
  async function refused(...args: readonly string[]): Promise<string[]> {
    const found = await findings(...args);
    return found.filter(({ code }) => code === 'invalid-value').map(({ object }) => object);
  }

  /** Puts the one in a directory in force. */
  async function setDefinition(directory: string): Promise<void> {
    const text = await readFile(join(directory, 'git-sync.yaml'), 'utf8');
    const patch = JSON.stringify({ data: { 'git-sync.yaml': text } });
    await kubectl([
      ...'-n sidecar-injector patch configmap sidecar-injector-sidecars --type merge --patch'.split(' '),
      patch,
    ]);
    await webhook().mount();
  }

  async function finishJob(name: string): Promise<void> {
    await eventually(async () => expect(await namespace.pods(`job-name=${name}`)).toHaveLength(1));
    const [pod] = await namespace.pods(`job-name=${name}`);
    await namespace.kubectl([
      ...`patch pod ${pod?.metadata?.name} --subresource status --type merge --patch`.split(' '),
      '{"status":{"phase":"Succeeded"}}',
    ]);
    await namespace.kubectl(`wait --for=condition=Complete --timeout=30s job/${name}`);
  }
});

const rolloutConfig = `
workloadKinds:
  - {group: argoproj.io, version: v1alpha1, resource: rollouts, kind: Rollout, template: spec.template}
  - {group: example.com, version: v1, resource: gadgets, kind: Gadget, template: spec.template}
`;
