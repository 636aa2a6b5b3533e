/** Images and pull secrets of the operator, and the order in which the API server adds those of a ServiceAccount. */
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configure } from './configuration.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { describeWithApiServer, reinstall, startWebhook } from './suite.ts';
import { createNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';

const image = `registry.example.com/git-sync@sha256:${'0123456789abcdef'.repeat(4)}`;
const named = (...names: readonly string[]) => names.map(name => ({ name }));

describeWithApiServer('with a registry of the operator', () => {
  let webhook: Webhook;
  beforeAll(async () => {
    await configure({
      imageRegistry: 'mirror.example.com',
      images: { 'git-sync': image },
      allowImagePullSecrets: true,
      imagePullSecrets: named('company'),
    });
    webhook = await startWebhook();
  });
  afterAll(async () => {
    await webhook?.stop();
    await reinstall();
  });

  /** A pod of an account that has a pull secret. */
  async function created(annotations: typeof gitSync, spec: Partial<V1Pod['spec']> = {}): Promise<V1Pod> {
    const namespace = await createNamespace();
    await namespace.kubectl('apply --server-side --force-conflicts -f -', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
      imagePullSecrets: named('of-the-account'),
    });
    return (await namespace.createPod(podOf('web', annotations, spec ?? {}))).pod;
  }

  it('a pod gets the image as it stands, and its status names the pull secret that was added', async () => {
    const { metadata, spec } = await created(gitSync);
    expect(spec?.initContainers?.[0]?.image).toBe(image);
    const status = JSON.parse(metadata?.annotations?.['sidecar.io/status'] ?? '{}');
    expect(status['git-sync'].imagePullSecrets).toEqual(['company']);
  });

  it('pull secrets go behind those of the ServiceAccount, which is asked first', async () => {
    const { spec } = await created(gitSync);
    expect(spec?.imagePullSecrets).toEqual(named('of-the-account', 'company'));
  });

  it("pull secrets go behind a pod's own, which keep those of the account away", async () => {
    const { spec } = await created(gitSync, { imagePullSecrets: named('own') });
    expect(spec?.imagePullSecrets).toEqual(named('own', 'company'));
  });

  it('a pod that has the name already, or no sidecar, gets nothing', async () => {
    const { spec } = await created(gitSync, { imagePullSecrets: named('company', 'own') });
    expect(spec?.imagePullSecrets).toEqual(named('company', 'own'));
    expect((await created({})).spec?.imagePullSecrets).toEqual(named('of-the-account'));
  });
});
