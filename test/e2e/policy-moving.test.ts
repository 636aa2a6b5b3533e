/** From the webhook to policies and back, as docs/policies.md says, while pods are created. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changesOf, streamWhile } from './admission-stream.ts';
import { baseDirectory } from './installation.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { installPolicies, isByPolicy, removePolicies } from './policy-overlay.ts';
import { kubectlBase } from './registration.ts';
import { describeWithApiServer, eventually, kubectl, reinstall, startWebhook } from './suite.ts';
import { createNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';

/** With a host in a notation that no policy compares. */
const beyondPolicies = { ...gitSync, 'sidecar.io/git-sync.webhook': 'https://xn--bcher-kva.example/changed' };

describeWithApiServer('moving between webhook and policies under a stream of creations', () => {
  let webhook: Webhook;
  beforeAll(async () => {
    webhook = await startWebhook();
  });
  afterAll(async () => {
    await removePolicies();
    await webhook.stop();
    await reinstall();
  });

  async function whoInjects(): Promise<'policy' | 'webhook'> {
    const { createPod } = await createNamespace();
    return isByPolicy((await createPod(podOf('web', gitSync))).pod) ? 'policy' : 'webhook';
  }

  it('loses no pod on the way to policies, with both for a while', async () => {
    const outcomes = await streamWhile(async () => {
      await installPolicies();
      expect(await whoInjects()).toBe('policy');
      // What the policies do not take the webhook still does.
      const { pod } = await (await createNamespace()).createPod(podOf('web', beyondPolicies));
      expect(isByPolicy(pod)).toBe(false);
      expect(pod.spec?.initContainers?.map(({ name }) => name)).toEqual(['git-sync']);
      expect(Object.keys(pod.metadata?.annotations ?? {}).join()).not.toContain('policies.');
      await kubectl('delete mutatingwebhookconfiguration sidecar-injector');
      await webhook.stop();
      expect(await whoInjects()).toBe('policy');
    });
    expect(outcomes.length).toBeGreaterThan(50);
    expect(changesOf(outcomes)).toEqual(['injected']);
  });

  it('loses no pod on the way back', async () => {
    const outcomes = await streamWhile(async () => {
      // Until the webhook answers, the policies do its work: what cannot be called yet must refuse nothing.
      const installed = await kubectl(['kustomize', baseDirectory]);
      await kubectl(
        'apply --server-side --force-conflicts -f -',
        installed.stdout.replaceAll('failurePolicy: Fail', 'failurePolicy: Ignore'),
      );
      webhook = await startWebhook();
      await kubectlBase('apply', '--server-side', '--force-conflicts');
      await removePolicies();
      await eventually(async () => expect(await whoInjects()).toBe('webhook'));
    });
    expect(outcomes.length).toBeGreaterThan(50);
    expect(changesOf(outcomes)).toEqual(['injected']);
  });
});
