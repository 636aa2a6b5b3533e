import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderedElsewhere } from '../rendered-manifests.ts';
import { injectorAccount, kubectlAsInjector } from './injector-account.ts';
import type { Kubectl } from './kubectl.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { registration } from './registration.ts';
import { restrictedSecurityContext } from './restricted.ts';
import { describeWithApiServer, eventually, kubectl, reinstall } from './suite.ts';
import { namespaceNamed } from './test-namespace.ts';

describeWithApiServer('the overlay default in another namespace', () => {
  const platform = namespaceNamed('platform');
  const installation = () => ({
    apiVersion: 'v1',
    kind: 'List',
    items: renderedElsewhere('default', platform.name),
  });
  const configuration = 'mutatingwebhookconfiguration/sidecar-injector';
  let asAccount: Kubectl;
  beforeAll(async () => {
    await kubectl('apply -f -', installation());
    asAccount = await kubectlAsInjector(platform.name);
  });
  afterAll(async () => {
    await kubectl('delete namespace platform --wait=false');
    await reinstall();
  });

  it('once applied shows no difference', async () => {
    expect((await kubectl('diff -f -', installation())).stdout).toBe('');
  });

  it('holds the account there to caBundle, which it may write', async () => {
    await eventually(async () => {
      const attack = asAccount(['label', configuration, 'stolen=yes', '--dry-run=server']);
      await expect(attack).rejects.toThrow(
        `${injectorAccount(platform.name)} may change nothing but caBundle in ` +
          'MutatingWebhookConfiguration "sidecar-injector", and this would change metadata.labels;',
      );
    });
    const operation = { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: 'MQ==' };
    const patch = `--patch=${JSON.stringify([operation])}`;
    await asAccount(['patch', configuration, '--type=json', patch]);
    const { webhooks } = await registration();
    expect(webhooks?.[0]?.clientConfig.caBundle).toBe('MQ==');
  });

  it('lets annotated pods be made there, as those of the injector itself', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await platform.kubectl('apply --server-side -f -', account);
    const containers = [{ name: 'web', image: 'nginx:1.29', securityContext: restrictedSecurityContext }];
    await eventually(() => platform.createPod(podOf('web', gitSync, { containers }), '--dry-run=server'));
  });
});
