/** `sidecar-injector restart`, followed by the fake kubelet. */
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FakeKubelet } from '../fake-kubelet.ts';
import { runProgram } from './pod-commands.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { controlPlane, describeWithApiServer, eventually, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

const image = 'registry.k8s.io/git-sync/git-sync:v4.7.1';

describeWithApiServer('a restart', () => {
  useWebhook();
  let namespace: TestNamespace;
  let kubelet: FakeKubelet;
  beforeAll(async () => {
    namespace = await createNamespace();
    kubelet = await FakeKubelet.start(controlPlane(), { namespace: namespace.name });
  });
  afterAll(() => kubelet?.stop());
  beforeEach(async () => {
    await namespace.kubectl('delete pods --all --now');
    for (const name of ['web-1', 'web-2']) await namespace.createPod(podOf(name, gitSync));
    await eventually(() => expect(kubelet.readyPods).toBe(2));
  });

  it('restarts the sidecar of each pod once, and leaves it what its definition gives', async () => {
    const before = await namespace.pods();
    const { exitCode, stdout, stderr } = await restart('--sidecar', 'git-sync');
    expect(stdout).toMatch(new RegExp(`${namespace.name}/web-1: git-sync: restarting with ${image}@sha256:`));
    expect(stdout).toMatch(/web-2: restarted in /);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/2 restarted/) });
    const after = await namespace.pods();
    expect(after.map(sidecarOf)).toMatchObject([{ restartCount: 1 }, { restartCount: 1 }]);
    expect(after.map(appOf)).toEqual(before.map(appOf));
    expect(await run('status', '--sidecars', 'sidecars')).toMatchObject({ exitCode: 0 });
    expect(await run('upgrade', '--sidecars', 'sidecars', '--dry-run')).toMatchObject({
      ...{ exitCode: 0, stdout: '' },
    });
  });

  it('leaves out what has been restarted by a run before it', async () => {
    expect(await restart('--sidecar', 'git-sync', '--older-than', '1h')).toMatchObject({
      ...{ exitCode: 0, stdout: '' },
      stderr: expect.stringContaining('nothing to restart'),
    });
    expect((await namespace.pods()).map(sidecarOf)).toMatchObject([{ restartCount: 0 }, { restartCount: 0 }]);
  });

  it('is only told of by a dry run', async () => {
    const before = await namespace.pods();
    const { exitCode, stdout } = await restart('--sidecar', 'git-sync', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      [1, 2].map(number =>
        expect.stringContaining(`/web-${number}: git-sync: would restart with ${image}@sha256:`),
      ),
    );
    expect(await namespace.pods()).toEqual(before);
  });

  it('is of the sidecar that is named, which has to be', async () => {
    expect(await restart('--sidecar', 'other')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await restart()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--sidecar: name the sidecar that is to be restarted'),
    });
  });

  function run(verb: string, ...args: readonly string[]) {
    return runProgram(verb, '--namespace', namespace.name, ...args);
  }

  function restart(...args: readonly string[]) {
    return run('restart', ...args);
  }
});

function sidecarOf({ status }: V1Pod) {
  return status?.initContainerStatuses?.find(({ name }) => name === 'git-sync');
}

function appOf({ status }: V1Pod) {
  return status?.containerStatuses?.[0]?.containerID;
}
