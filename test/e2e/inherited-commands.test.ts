/** The commands about pods, in namespaces whose annotations count. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { runCommandLine } from './command-line.ts';
import { createKubectl } from './kubectl.ts';
import { enabled } from './labelled-namespace.ts';
import { runProgram } from './pod-commands.ts';
import { type Annotations, gitSync, podOf, repository } from './pod-manifests.ts';
import { useReplica } from './replicas.ts';
import { controlPlane, describeWithApiServer, eventually, kubectl, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

const key = 'sidecar.io/git-sync';
const [first = '', second = ''] = [repository, 'https://github.com/org/other.git'];

describeWithApiServer('in a labelled namespace', () => {
  useReplica(useWebhook());
  let namespace: TestNamespace;
  beforeEach(async () => {
    namespace = await createNamespace();
  });

  it('status, audit and explain tell bare pods, and those that are older than what is asked for', async () => {
    await namespace.createPod(podOf('early'));
    await namespace.createPod(podOf('own', { ...gitSync, [`${key}.mount`]: '/site' }));
    // Times are in whole seconds.
    await sleep(1100);
    await enable(gitSync);
    await namespace.createPod(podOf('web'));
    await namespace.createPod(podOf('out', { [`${key}.inject`]: 'false' }));
    const from = `namespace ${namespace.name}`;
    expect(await states()).toEqual([
      ['early', 'bare', 'missing', from],
      ['own', 'injected', undefined, undefined],
      ['web', 'injected', undefined, from],
    ]);
    expect(await audited()).toEqual([
      ['pod/early', 'pod-bare', from, `git-sync: ${from} asks for it, and the pod has no such sidecar`],
    ]);
    expect(await explained('early')).toMatchObject({
      verdict: 'prevented',
      reason: 'pod-older',
      problems: [{ where: from }],
    });
    expect(await explained('web')).toMatchObject({
      verdict: 'injected',
      sidecars: [{ annotatedOn: from, annotations: [{ key, on: from }] }],
    });
    expect(await explained('out')).toMatchObject({ verdict: 'not-requested', problems: [] });

    await annotate({ [key]: second, 'sidecar.io/statsd-exporter': 'true' });
    expect(await states()).toEqual([
      ['early', 'bare', 'missing', from],
      ['early', 'bare', 'missing', from],
      ['out', 'bare', 'missing', from],
      ['own', 'injected', undefined, undefined],
      ['own', 'outdated', 'added', from],
      ['web', 'outdated', 'inherited', from],
      ['web', 'outdated', 'added', from],
    ]);
    const { exitCode, stdout } = await run('status');
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`${from} asks for it otherwise than when the pod was created`);
    expect((await audited()).map(([object, code]) => `${object} ${code}`).toSorted()).toEqual([
      'pod/early pod-bare',
      'pod/early pod-bare',
      'pod/out pod-bare',
      'pod/own namespace-changed',
      'pod/web namespace-changed',
      'pod/web namespace-changed',
    ]);

    await kubectl(`label namespace ${namespace.name} sidecar.io/inject-`);
    await eventually(async () => {
      expect(await states()).toEqual([
        ['own', 'injected', undefined, undefined],
        ['web', 'outdated', 'withdrawn', from],
      ]);
    });
  });

  it('uninject takes out what came from there, and inject puts the same in again', async () => {
    await enable(gitSync);
    await namespace.createPod(podOf('web'));
    const { stdout: stored } = await namespace.kubectl('get pod web -o yaml');
    const taken = await runCommandLine(['uninject', '-f', '-'], stored);
    expect(taken).toMatchObject({ exitCode: 0, stderr: 'pod/web uninjected: git-sync\n' });
    expect(taken.stdout).not.toContain('git-sync');
    const { stdout: own } = await kubectl(`get namespace ${namespace.name} -o yaml`);
    const again = await runCommandLine(['inject', '-f', '-'], `${own}---\n${taken.stdout}`);
    expect(again.stderr).toMatch(/^pod\/web injected: git-sync$/m);
    expect(again.stdout).toContain(first);
    const clean = await runCommandLine(['uninject', '-f', '-'], again.stdout);
    expect(clean.stdout).toBe(`${own}---\n${taken.stdout}`);
  });

  it('inject with what the cluster prints of namespaces gives what the webhook gives', async () => {
    await enable(gitSync);
    const { pod } = await namespace.createPod(podOf('web'));
    const { stdout } = await kubectl('get namespaces -o json');
    const file = join(await mkdtemp(join(controlPlane().directory, 'namespaces-')), 'namespaces.json');
    await writeFile(file, stdout);
    const args = ['inject', '-f', '-', '--namespaces', file, '-n', namespace.name, '-o', 'json'];
    const injected = await runCommandLine(args, podOf('web'));
    const statusOf = (object: { metadata?: { annotations?: Annotations | undefined } }) => {
      const status = JSON.parse(object.metadata?.annotations?.['sidecar.io/status'] ?? '{}');
      const { by: _by, ...entry } = status['git-sync'];
      return entry;
    };
    expect(statusOf(JSON.parse(injected.stdout))).toEqual(statusOf(pod));
    const { spec } = JSON.parse(injected.stdout);
    expect(spec.initContainers[0].args).toEqual(pod.spec?.initContainers?.[0]?.args);
  });

  it('who may not read namespaces is told so, and the rest goes on', async () => {
    await enable(gitSync);
    await namespace.createPod(podOf('web'));
    await namespace.createPod(podOf('own', gitSync));
    const flags = ['--kubeconfig', await kubeconfigOfReader()];
    const { exitCode, stdout, stderr } = await run('status', '--pods', ...flags, '--sidecars', 'sidecars');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^what namespaces ask for: forbidden: .*; taken: the annotations of the pods themselves$/m,
    );
    expect(stderr).toMatch(/^2 injected, 0 outdated, 0 bare$/m);
    expect(stdout).toMatch(/^\S+ +web +git-sync +injected/m);
    expect(stdout).toMatch(/^\S+ +own +git-sync +injected/m);
    const explanation = await run('explain', 'pod/web', ...flags, '-o', 'json');
    expect(JSON.parse(explanation.stdout).objects[0]).toMatchObject({
      verdict: 'injected',
      unknown: expect.arrayContaining([expect.stringMatching(/^what namespace "\S+" asks for: forbidden: /)]),
    });
  });

  /** Labels the namespace, and waits until new pods have what it asks for. */
  async function enable(annotations: Annotations): Promise<void> {
    await kubectl(`label namespace ${namespace.name} ${keysOf(enabled).join(' ')}`);
    await annotate(annotations);
  }

  async function annotate(annotations: Annotations): Promise<void> {
    await kubectl(`annotate --overwrite namespace ${namespace.name} ${keysOf(annotations).join(' ')}`);
    await eventually(async () => {
      const { pod } = await namespace.createPod(podOf('probe'), '--dry-run=server');
      const { args = [] } = pod.spec?.initContainers?.find(({ name }) => name === 'git-sync') ?? {};
      expect(args).toContain(`--repo=${annotations[key]}`);
    });
  }

  function keysOf(map: Annotations): readonly string[] {
    return Object.entries(map).map(([name, value]) => `${name}=${value}`);
  }

  function run(verb: string, ...args: readonly string[]) {
    return runProgram(verb, ...args, '-n', namespace.name);
  }

  async function states() {
    const { stdout } = await run('status', '-o', 'json');
    const { sidecars } = JSON.parse(stdout) as { sidecars: readonly Readonly<Record<string, string>>[] };
    return sidecars.map(({ pod, state, difference, from }) => [pod, state, difference, from]);
  }

  async function audited() {
    const { stdout } = await run('audit', '-o', 'json');
    const { findings } = JSON.parse(stdout) as { findings: readonly Readonly<Record<string, string>>[] };
    return findings.map(({ object, code, from, message }) => [object, code, from, message]);
  }

  async function explained(pod: string) {
    const { stdout } = await run('explain', `pod/${pod}`, '-o', 'json');
    return JSON.parse(stdout).objects[0];
  }

  /** Somebody who may read pods of the namespace, and nothing else. */
  async function kubeconfigOfReader(): Promise<string> {
    await namespace.kubectl('create role podreader --verb get,list --resource pods');
    await namespace.kubectl(
      `create rolebinding podreader --role podreader --serviceaccount ${namespace.name}:default`,
    );
    const { stdout: token } = await namespace.kubectl('create token default');
    const kubeconfig = join(await mkdtemp(join(controlPlane().directory, 'reader-')), 'kubeconfig');
    const { stdout: config } = await createKubectl(controlPlane())('config view --raw -o json');
    const users = [{ name: 'admin', user: { token: token.trim() } }];
    await writeFile(kubeconfig, JSON.stringify({ ...JSON.parse(config), users }), { mode: 0o600 });
    return kubeconfig;
  }
});
