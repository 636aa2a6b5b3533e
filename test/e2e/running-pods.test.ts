import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createNode, deleteNode, reportContainers, startPod, warnOf } from './kubelet.ts';
import { accountForPods } from './pod-account.ts';
import { definitions, newerDefinitions, runProgram } from './pod-commands.ts';
import { type Annotations, gitSync, podOf, repository } from './pod-manifests.ts';
import { useReplica } from './replicas.ts';
import { controlPlane, describeWithApiServer, eventually, kubectl, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

const image = 'registry.k8s.io/git-sync/git-sync';
const inMode = (mode: string) => ({ ...gitSync, 'sidecar.io/git-sync.mode': mode });

describeWithApiServer('running pods', () => {
  useReplica(useWebhook());
  let namespace: TestNamespace;
  let newer: string;
  let otherArgs: string;
  beforeAll(async () => {
    await createNode();
    newer = await newerDefinitions();
    otherArgs = await definitions(text => text.replace('--max-failures=-1', '--max-failures=5'));
  });
  afterAll(() => deleteNode());
  beforeEach(async () => {
    namespace = await createNamespace();
  });

  it('are injected, outdated or bare', async () => {
    await injectedPods({ web: gitSync });
    expect(await run('status')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/1 injected, 0/),
    });
    await namespace.kubectl('create -f -', podOf('plain'));
    await bare('late');
    const { exitCode, stdout, stderr } = await run('status', '--pods', '--sidecars', newer);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      new RegExp(
        `^context e2e, namespace ${namespace.name}\\ncompared with the definitions in ${newer} \\(--sidecars\\)\\n` +
          'the definitions here are not those .*\\n0 injected, 1 outdated, 1 bare\\n$',
      ),
    );
    expect(stdout.split('\n').map(line => line.split(/ {3,}/))).toEqual([
      ['NAMESPACE', 'POD', 'SIDECAR', 'STATE', 'MODE', 'IMAGE', 'DEFINITION', 'DIFFERENCE'],
      [
        namespace.name,
        'late',
        'git-sync',
        'bare',
        'native',
        '-',
        `${image}:v4.9.9`,
        expect.stringContaining('no such'),
      ],
      [
        namespace.name,
        'web',
        'git-sync',
        'outdated',
        'native',
        `${image}:v4.7.1`,
        `${image}:v4.9.9`,
        'the image differs',
      ],
      [''],
    ]);
  });

  it('are listed as JSON, in all namespaces, by label', async () => {
    await injectedPods({ web: gitSync, other: gitSync });
    await namespace.kubectl(`label pod web track=${namespace.name}`);
    const { stdout } = await runProgram('status', '-A', '-l', `track=${namespace.name}`, '-o', 'json');
    expect(JSON.parse(stdout)).toEqual({
      context: 'e2e',
      sidecars: [
        {
          namespace: namespace.name,
          pod: 'web',
          container: 'git-sync',
          sidecar: 'git-sync',
          state: 'injected',
          mode: 'native',
          image: `${image}:v4.7.1`,
          definitionImage: `${image}:v4.7.1`,
        },
      ],
      counts: { injected: 1, outdated: 0, bare: 0 },
    });
  });

  it('are not bare where their namespace opted out', async () => {
    await kubectl(`label namespace ${namespace.name} sidecar.io/inject=disabled`);
    await namespace.kubectl('create -f -', podOf('web', gitSync));
    expect(await run('status')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it('get the image of the definition in place, the next one only when the one before is up again', async () => {
    await injectedPods({ 'web-1': gitSync, 'web-2': gitSync });
    const before = await namespace.pod('web-1');
    const upgrade = run('upgrade', '--sidecars', newer);
    await expectUpgraded('web-1');
    await reportContainers(namespace, 'web-1', '2', { started: false, ready: false });
    // Longer than the time from one look to the next.
    await sleep(1500);
    expect(await sidecarImage('web-2')).toBe(`${image}:v4.7.1`);
    await reportContainers(namespace, 'web-1', '2');
    await expectUpgraded('web-2');
    await reportContainers(namespace, 'web-2', '2');
    const { exitCode, stdout, stderr } = await upgrade;
    expect(stderr).toMatch(
      new RegExp(
        `^context e2e, namespace ${namespace.name}\\ncompared with the definitions in ${newer} \\(--sidecars\\)\\n` +
          'the definitions here are not those .*\\npods: 2 upgraded\\n$',
      ),
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        [1, 2]
          .map(
            number =>
              `${namespace.name}/web-${number}: git-sync: moving ${image}:v4.7.1 to ${image}:v4.9.9\n` +
              `${namespace.name}/web-${number}: upgraded in [\\d.]+ s\n`,
          )
          .join(''),
      ),
    );
    const after = await namespace.pod('web-1');
    expect(withoutSidecarImage(after)).toEqual(withoutSidecarImage(before));
    expect(await run('status', '--sidecars', newer)).toMatchObject({ exitCode: 0 });
    expect(await run('upgrade', '--sidecars', newer)).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining('nothing to upgrade'),
    });
  });

  it('are only told of by a dry run', async () => {
    await injectedPods({ web: gitSync });
    const { exitCode, stdout } = await run('upgrade', '--dry-run', '--sidecars', newer);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `${namespace.name}/web: git-sync: would move ${image}:v4.7.1 to ${image}:v4.9.9\n`,
    });
    expect(await sidecarImage('web')).toBe(`${image}:v4.7.1`);
  });

  it('stay as they are from the first that does not come up in time', async () => {
    await injectedPods({ 'web-1': gitSync, 'web-2': gitSync });
    const { exitCode, stdout, stderr } = await run('upgrade', '--sidecars', newer, '--timeout', '2s');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${namespace.name}/web-1: failed: not up again after 2 s: `);
    expect(stdout).toContain(`${namespace.name}/web-2: not begun, because another one failed\n`);
    expect(stderr).toContain('pods: 1 failed, 1 not begun\n');
    expect(await sidecarImage('web-2')).toBe(`${image}:v4.7.1`);
  });

  it('tell why their image cannot be pulled, from an event where the status does not', async () => {
    await injectedPods({ web: gitSync });
    const upgrade = run('upgrade', '--sidecars', newer, '--timeout', '8s');
    await expectUpgraded('web');
    // What the kubelet shows of a container that ended with 0 for as long as the next one cannot be made.
    const terminated = { exitCode: 0, reason: 'Completed' };
    await reportContainers(namespace, 'web', '1', { started: false, ready: false, state: { terminated } });
    const cause = `Failed to pull image "${image}:v4.9.9": not found`;
    await warnOf(namespace, 'web', cause);
    await warnOf(namespace, 'web', 'Error: ErrImagePull');
    const { exitCode, stdout } = await upgrade;
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringContaining(
        `/web: failed: not up again after 8 s: git-sync has ended with exit code 0 (Completed); ${cause}\n`,
      ),
    });
  });

  it('stay as they are where an upgrade in place is not possible, each with the reason', async () => {
    await injectedPods({ classic: inMode('classic'), once: inMode('init') });
    await bare('late');
    const { exitCode, stdout } = await run('upgrade', '--sidecars', newer);
    expect(exitCode).toBe(3);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/\/classic: git-sync: needs a rollout: in mode classic/),
      expect.stringMatching(/\/late: git-sync: bare: /),
      expect.stringMatching(/\/once: git-sync: nothing to upgrade: in mode init/),
    ]);
    expect(await run('upgrade', '--sidecars', newer, '-l', 'app=once')).toMatchObject({ exitCode: 0 });
  });

  it('need a rollout where more than the image has changed', async () => {
    await injectedPods({ web: gitSync });
    const before = await namespace.pod('web');
    expect(await run('upgrade', '--sidecars', otherArgs)).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('needs a rollout: more than the image has changed in the definition\n'),
    });
    expect(await namespace.pod('web')).toEqual(before);
  });

  it('take the image from the registry of the configuration', async () => {
    await injectedPods({ web: gitSync });
    const config = join(await mkdtemp(join(controlPlane().directory, 'config-')), 'config.yaml');
    await writeFile(config, 'imageRegistry: mirror.example.com/k8s\n');
    const { stdout } = await run('upgrade', '--dry-run', '--sidecars', newer, '--config', config);
    expect(stdout).toContain('to mirror.example.com/k8s/git-sync/git-sync:v4.9.9\n');
  });

  it('may be upgraded by whoever may list, get and patch them', async () => {
    await injectedPods({ web: gitSync });
    const kubeconfig = await accountForPods(namespace, 'patcher', ['get', 'list', 'patch']);
    const flags = ['--kubeconfig', kubeconfig, '--sidecars', newer] as const;
    const upgrade = run('upgrade', ...flags);
    await expectUpgraded('web');
    await reportContainers(namespace, 'web', '2');
    expect(await upgrade).toMatchObject({ exitCode: 0 });
    const reader = await accountForPods(namespace, 'reader', ['get', 'list']);
    expect(await run('upgrade', '--kubeconfig', reader, '--sidecars', 'sidecars')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/failed: PATCH .*403 pods "web" is forbidden/),
    });
  });

  it('of a context that does not exist are not looked for anywhere else', async () => {
    expect(await run('status', '--context', 'production')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/no context "production"; known: e2e\n$/),
    });
  });

  /** Creates pods through the webhook and says that they run. */
  async function injectedPods(pods: Readonly<Record<string, Annotations>>): Promise<void> {
    for (const [name, annotations] of Object.entries(pods)) {
      const pod = podOf(name, annotations);
      await namespace.createPod({ ...pod, metadata: { ...pod.metadata, labels: { app: name } } });
      await startPod(namespace, name);
    }
  }

  /** A pod that was annotated when it existed already. */
  async function bare(name: string): Promise<void> {
    await namespace.kubectl('create -f -', podOf(name));
    await namespace.kubectl(`annotate pod ${name} sidecar.io/git-sync=${repository}`);
  }

  function run(verb: string, ...args: readonly string[]) {
    return runProgram(verb, '--namespace', namespace.name, ...args);
  }

  async function sidecarImage(name: string): Promise<string | undefined> {
    return (await namespace.pod(name)).spec?.initContainers?.[0]?.image;
  }

  async function expectUpgraded(name: string): Promise<void> {
    await eventually(async () => expect(await sidecarImage(name)).toBe(`${image}:v4.9.9`));
  }
});

/** All of a pod but what an upgrade is there to change, and what changes by itself. */
function withoutSidecarImage({ metadata, spec }: V1Pod) {
  const { annotations, generation: _g, resourceVersion: _v, managedFields: _m, ...others } = metadata ?? {};
  const status = JSON.parse(annotations?.['sidecar.io/status'] ?? '{}');
  const { imageBefore: _i, definitionBefore: _d, ...entry } = status['git-sync'] ?? {};
  return {
    metadata: {
      ...others,
      annotations: {
        ...annotations,
        'sidecar.io/status': { ...status, 'git-sync': { ...entry, definition: '' } },
      },
    },
    spec: { ...spec, initContainers: spec?.initContainers?.map(container => ({ ...container, image: '' })) },
  };
}
