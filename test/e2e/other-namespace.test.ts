/** All that is installed, in another namespace: the usual one is then one like any other, with an injector that nobody asks. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderedElsewhere } from '../rendered-manifests.ts';
import { installCustomResourceDefinitions } from './custom-resources.ts';
import { injectorAccount, kubectlAsInjector } from './injector-account.ts';
import type { Kubectl } from './kubectl.ts';
import { enabled } from './labelled-namespace.ts';
import { runProgram } from './pod-commands.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { deleteRegistration, publishedBundle, registration } from './registration.ts';
import { restrictedSecurityContext } from './restricted.ts';
import { controlPlane, describeWithApiServer, eventually, kubectl, reinstall } from './suite.ts';
import { createNamespace, injectorNamespace, namespaceNamed } from './test-namespace.ts';
import { Webhook } from './webhook.ts';

describeWithApiServer('the overlay production in another namespace', () => {
  const platform = namespaceNamed('platform');
  const installation = () => ({
    apiVersion: 'v1',
    kind: 'List',
    items: renderedElsewhere('production', platform.name),
  });
  const configuration = 'mutatingwebhookconfiguration/sidecar-injector';
  const containers = [{ name: 'web', image: 'nginx:1.29', securityContext: restrictedSecurityContext }];
  let asAccount: Kubectl;
  let webhook: Webhook;
  beforeAll(async () => {
    await installCustomResourceDefinitions(kubectl);
    // As where nothing was installed before: a new authority takes over what a caBundle holds already.
    await kubectl(`delete ${configuration} --ignore-not-found`);
    await kubectl('apply -f -', installation());
    asAccount = await kubectlAsInjector(platform.name);
    await platform.kubectl('apply --server-side -f -', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
    });
    webhook = new Webhook(kubectl, controlPlane(), [], platform.name);
    await webhook.start();
  });
  afterAll(async () => {
    await webhook?.stop();
    await kubectl('delete namespace platform --wait=false');
    await reinstall();
  });

  it('shows no difference, also after its injector has written its authority into the Secret there and the caBundle', async () => {
    const { data } = await platform.json<{ data: Record<string, string> }>('get secret sidecar-injector-ca');
    expect(await publishedBundle()).toBe(Buffer.from(data['ca.crt'] ?? '', 'base64').toString());
    expect((await kubectl('diff -f -', installation())).stdout).toBe('');
  });

  it('has sidecars put into annotated pods', async () => {
    const namespace = await createNamespace();
    const { pod } = await eventually(() => namespace.createPod(podOf('web', gitSync)));
    expect(pod.spec?.initContainers?.map(({ name }) => name)).toEqual(['git-sync']);
  });

  it('has the usual namespace count like any other', async () => {
    const [name, value] = Object.entries(gitSync)[0] ?? [];
    await kubectl(`annotate namespace sidecar-injector ${name}=${value}`);
    const [label, on] = Object.entries(enabled)[0] ?? [];
    await kubectl(`label namespace sidecar-injector ${label}=${on}`);
    try {
      await injectorNamespace.kubectl('apply --server-side -f -', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default' },
      });
      await eventually(async () => {
        const { pod } = await injectorNamespace.createPod(
          podOf('web', {}, { containers }),
          '--dry-run=server',
        );
        expect(pod.spec?.initContainers?.map(each => each.name)).toEqual(['git-sync']);
      });
    } finally {
      await kubectl(`label namespace sidecar-injector ${label}-`);
      await kubectl(`annotate namespace sidecar-injector ${name}-`);
    }
  });

  it('has an injector in the usual namespace say why nobody asks it', async () => {
    const other = new Webhook(kubectl, controlPlane());
    const { problem } = await other.launch('certificate not in order');
    await other.stop();
    expect(problem).toContain('403 ');
    expect(problem).toContain('; a cluster has one injector: see whose account the ClusterRoleBinding');
  });

  it('is found by the commands without a word', async () => {
    const pre = await runProgram('check', '--pre');
    expect(pre.stdout).toContain('an installation is there already, in namespace platform');
    const { stdout } = await runProgram('check', '-o', 'json');
    const { injectorNamespace: found, checks } = JSON.parse(stdout);
    expect(found).toBe('platform');
    const trouble: readonly string[] = checks
      .filter(({ outcome }: { outcome: string }) => outcome !== 'ok')
      .map(({ check }: { check: string }) => check);
    // No kubelet runs the pods of the Deployment; all the rest is well. Other files may have left odd labels on namespaces.
    expect(trouble.filter(check => check !== 'namespace-labels')).toEqual([
      'endpoints',
      'replicas-ready',
      'certificate-valid',
      'client-certificate',
      'definitions-in-force',
    ]);
  });

  it('holds the account there to caBundle, which it may write', async () => {
    await eventually(async () => {
      const attack = asAccount(['label', configuration, 'stolen=yes', '--dry-run=server']);
      await expect(attack).rejects.toThrow(
        `${injectorAccount(platform.name)} may change nothing but caBundle in ` +
          'MutatingWebhookConfiguration "sidecar-injector", and this would change metadata.labels;',
      );
    });
    await webhook.stop();
    const operation = { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: 'MQ==' };
    const patch = `--patch=${JSON.stringify([operation])}`;
    await asAccount(['patch', configuration, '--type=json', patch]);
    const { webhooks } = await registration();
    expect(webhooks?.[0]?.clientConfig.caBundle).toBe('MQ==');
  });

  it('lets annotated pods be made there, as those of the injector itself, and leaves them out of an audit', async () => {
    await eventually(() => platform.createPod(podOf('web', gitSync, { containers })));
    const { stdout, stderr } = await runProgram('audit', '--namespace', platform.name);
    expect({ stdout, stderr }).toMatchObject({ stdout: '' });
  });

  it('refuses bare pods everywhere else, by the guard', async () => {
    // It waits until the guard says so.
    await deleteRegistration();
    await eventually(async () => {
      const pod = podOf('bare', gitSync, { containers });
      const refusal = await injectorNamespace.refusalOf(pod);
      expect(refusal).toContain('sidecar-injector-guard');
    });
    await platform.createPod(podOf('second', gitSync, { containers }), '--dry-run=server');
  });
});
