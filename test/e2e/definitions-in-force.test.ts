/** Which definitions `status` and `upgrade` go by: what the injector has in force, whatever lies beside whoever asks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createNode, deleteNode, reportContainers, startPod } from './kubelet.ts';
import { accountForPods } from './pod-account.ts';
import { newerDefinitions, runProgram } from './pod-commands.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { deletePods, runAsPods, useReplica } from './replicas.ts';
import { describeWithControllers, eventually, kubectl, reinstall, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

const image = 'registry.k8s.io/git-sync/git-sync';
const comparedWith = 'compared with what the injector in namespace sidecar-injector has in force\n';

describeWithControllers('where the cluster is ahead of a checkout', () => {
  const webhook = useWebhook();
  useReplica(webhook);
  let namespace: TestNamespace;
  beforeAll(createNode);
  afterAll(deleteNode);
  beforeEach(async () => {
    namespace = await createNamespace();
  });

  it('upgrade moves pods to what is in force, and never back', async () => {
    await runningPod('before');
    expect(await run('status')).toMatchObject({
      exitCode: 0,
      stderr: `context e2e, namespace ${namespace.name}\n${comparedWith}1 injected, 0 outdated, 0 bare\n`,
    });
    await putInForce(await newerDefinitions());
    await runningPod('after');
    expect(await run('upgrade', '--dry-run')).toMatchObject({
      exitCode: 0,
      stdout: `${namespace.name}/before: git-sync: would move ${image}:v4.7.1 to ${image}:v4.9.9\n`,
    });
    const upgrade = run('upgrade');
    await eventually(async () => expect(await sidecarImage('before')).toBe(`${image}:v4.9.9`));
    await reportContainers(namespace, 'before', '2');
    expect(await upgrade).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/pods: 1 upgraded\n$/),
    });
    expect(await run('upgrade')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await run('status')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^2 injected, /m),
    });
    const back = await run('upgrade', '--dry-run', '--sidecars', 'sidecars');
    expect(back.stdout).toContain(`would move ${image}:v4.9.9 to ${image}:v4.7.1\n`);
    expect(back.stderr).toContain('the definitions here are not those that the cluster has in force: ');
    await reinstall();
    await webhook().mount();
    await eventually(async () => expect(await imageInForce()).toBe(`${image}:v4.7.1`));
  });

  it('a pod that is on no node yet is moved, and not called upgraded', async () => {
    await namespace.createPod(podOf('web', gitSync));
    expect(await run('upgrade', '--sidecars', await newerDefinitions())).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/\/web: moved: it is on no node yet/),
      stderr: expect.stringMatching(/pods: 1 moved before their start\n$/),
    });
    expect(await sidecarImage('web')).toBe(`${image}:v4.9.9`);
  });

  it('a pod whose sidecar came up with the image before is not called upgraded', async () => {
    await runningPod('web');
    const upgrade = run('upgrade', '--sidecars', await newerDefinitions(), '--timeout', '8s');
    await eventually(async () => expect(await sidecarImage('web')).toBe(`${image}:v4.9.9`));
    const old = { image: `${image}:v4.7.1`, imageID: `${image}:v4.7.1` };
    await reportContainers(namespace, 'web', '2', old);
    expect(await upgrade).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/web: failed: not up/),
    });
  });

  it('the Role lets people ask, and without it nothing else is taken', async () => {
    await runningPod('web');
    const kubeconfig = await accountForPods(namespace, 'reader', ['get', 'list', 'patch']);
    for (const verb of ['status', 'upgrade']) {
      const { exitCode, stdout, stderr } = await run(verb, '--kubeconfig', kubeconfig);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(
        /what the injector has in force is not known: forbidden: .*the Role sidecar-injector-status.*--sidecars DIR/,
      );
    }
    await kubectl(
      `-n sidecar-injector create rolebinding ${namespace.name} --role sidecar-injector-status ` +
        `--serviceaccount ${namespace.name}:reader`,
    );
    await eventually(async () =>
      expect(await run('status', '--kubeconfig', kubeconfig)).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining(comparedWith),
      }),
    );
    await kubectl(`-n sidecar-injector delete rolebinding ${namespace.name}`);
  });

  it('no replica that runs is a failure, and nothing else is taken', async () => {
    await runningPod('web');
    await deletePods();
    await eventually(async () => {
      const { exitCode, stdout, stderr } = await run('upgrade');
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(/has no replica that runs; the Role sidecar-injector-status .*--sidecars DIR/);
    });
    await runAsPods({ 'replica-a': webhook() });
  });

  async function runningPod(name: string): Promise<void> {
    await namespace.createPod(podOf(name, gitSync));
    await startPod(namespace, name);
  }

  /** Gives the injector these definitions as an operator does, and waits until it has them. */
  async function putInForce(directory: string): Promise<void> {
    const text = await readFile(join(directory, 'git-sync.yaml'), 'utf8');
    await kubectl([
      ...'-n sidecar-injector patch configmap sidecar-injector-sidecars --type merge --patch'.split(' '),
      JSON.stringify({ data: { 'git-sync.yaml': text } }),
    ]);
    await webhook().mount();
    await eventually(async () => expect(await imageInForce()).toBe(`${image}:v4.9.9`));
  }

  async function imageInForce(): Promise<string | undefined> {
    const { stdout } = await runProgram('version', '-o', 'json');
    const { replicas } = JSON.parse(stdout).injector;
    const definitions: readonly { sidecar?: string; image?: string }[] = replicas[0].definitions;
    return definitions.find(({ sidecar }) => sidecar === 'git-sync')?.image;
  }

  function run(verb: string, ...args: readonly string[]) {
    return runProgram(verb, '--namespace', namespace.name, ...args);
  }

  async function sidecarImage(name: string): Promise<string | undefined> {
    return (await namespace.pod(name)).spec?.initContainers?.[0]?.image;
  }
});
