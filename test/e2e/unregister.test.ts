/** The first step of an uninstallation, under a stream of creations. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unregister } from '../../src/cli/unregister.ts';
import { capturedOutput } from '../unit/cli/captured-output.ts';
import { changesOf, streamWhile } from './admission-stream.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { controlPlane, describeWithApiServer, eventually, kubectl, reinstall, useWebhook } from './suite.ts';
import { useNamespace } from './test-namespace.ts';

describeWithApiServer('unregister', () => {
  useWebhook();
  const namespace = useNamespace();
  const run = (...args: readonly string[]) =>
    capturedOutput(() => unregister.run(['--kubeconfig', controlPlane().kubeconfig, ...args]));
  const registered = async () => {
    const kinds =
      'validatingadmissionpolicybindings,validatingadmissionpolicies,mutatingwebhookconfigurations';
    return (await kubectl(`get ${kinds} --output name`)).stdout.split('\n').filter(Boolean);
  };
  /** Whether it got its sidecar; throws where it was refused. */
  const create = async () => {
    const { pod } = await namespace().createPod(podOf('web', gitSync), '--dry-run=server');
    return pod.spec?.initContainers?.length === 1;
  };
  beforeAll(() => eventually(async () => expect(await create()).toBe(true)));
  afterAll(() => reinstall());

  it('by dry run deletes nothing', async () => {
    const before = await registered();
    const { exitCode, stdout } = await run('--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').filter(Boolean).sort()).toEqual(
      before.map(name => `${name} deleted (server dry run)`).sort(),
    );
    expect(await registered()).toEqual(before);
  });

  it('touches nothing where the injector is in another namespace', async () => {
    const before = await registered();
    const { exitCode, stderr } = await run('--namespace', 'platform');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('it leads to the injector in namespace sidecar-injector, not in platform');
    expect(await registered()).toEqual(before);
  });

  it('refuses no pod on the way: first all have their sidecar, then none', async () => {
    let ended: Awaited<ReturnType<typeof run>> | undefined;
    const outcomes = await streamWhile(async () => {
      ended = await run();
      await eventually(async () => expect(await create()).toBe(false));
    });
    const { exitCode, stdout = '' } = ended ?? {};
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^validatingadmissionpolicybinding\.admissionregistration\.k8s\.io\/sidecar-injector-guard deleted\n/,
    );
    expect(stdout).toMatch(
      /\nmutatingwebhookconfiguration\.admissionregistration\.k8s\.io\/sidecar-injector deleted\n$/,
    );
    expect(changesOf(outcomes)).toEqual(['injected', 'bare']);
    expect(await registered()).toEqual([]);
  });

  it('a second time has nothing to do', async () => {
    expect(await run()).toMatchObject({ exitCode: 0, stdout: '' });
  });
});
