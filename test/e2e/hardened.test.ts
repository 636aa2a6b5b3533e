/** The overlay `hardened`: what authors of annotations may still name. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { overlayDirectory } from '../rendered-manifests.ts';
import { takeAway } from './applied-overlay.ts';
import { type Annotations, gitSync, podOf } from './pod-manifests.ts';
import { describeWithApiServer, kubectl, startWebhook } from './suite.ts';
import { createNamespace, refusalOf } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';

describeWithApiServer('with the overlay hardened', () => {
  let webhook: Webhook;
  beforeAll(async () => {
    await kubectl(['apply', '--kustomize', overlayDirectory('hardened')]);
    webhook = await startWebhook();
  });
  afterAll(async () => {
    await webhook?.stop();
    await takeAway('hardened');
  });

  it('a repository of a host in the list is fetched', async () => {
    const { pod } = await (await createNamespace()).createPod(podOf('web', gitSync));
    expect(pod.spec?.initContainers?.[0]?.name).toBe('git-sync');
  });

  it.each<readonly [what: string, annotations: Annotations, message: string]>([
    [
      'another host',
      { 'sidecar.io/git-sync': 'https://example.com/a.git' },
      'allowed by allowedHosts: github.com',
    ],
    [
      'no encryption',
      { 'sidecar.io/git-sync': 'http://github.com/a/b.git' },
      'allowed by allowedSchemes: https, ssh',
    ],
    [
      'a webhook outside the pod',
      { ...gitSync, 'sidecar.io/git-sync.webhook': 'https://hooks.example.com/a' },
      'allowed by allowedUrls: none',
    ],
  ])('%s is refused', async (_what, annotations, message) => {
    expect(await refusalOf(podOf('web', annotations))).toContain(`${message} (origin-not-allowed)`);
  });
});
