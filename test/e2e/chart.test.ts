/** What docs/install/helm.md says, done on an API server; no other installation is there. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstCallMs } from '../../scripts/tools/tool.ts';
import { commandBlocks } from '../documents.ts';
import { type ChartOptions, templatedManifests } from '../rendered-chart.ts';
import { listOf } from './applied-overlay.ts';
import { removeInstallation, removeRelease, runInShell } from './helm-shell.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { publishedBundle, registration } from './registration.ts';
import { controlPlane, describeWithApiServer, eventually, kubectl, kubectlJson, reinstall } from './suite.ts';
import { createNamespace } from './test-namespace.ts';
import { Webhook } from './webhook.ts';

const document = 'docs/install/helm.md';

describeWithApiServer(`the commands of ${document}`, () => {
  const commands = commandBlocks(document).filter(({ needs }) => needs[0] === 'helm');
  // The test and the uninstallation by one command are in helm-releases.test.ts.
  const [install, upgrade, takeOver, , , byHand] = commands.map(block => block.commands);
  let webhook: Webhook | undefined;
  beforeAll(removeInstallation, firstCallMs + 120_000);
  afterAll(async () => {
    await webhook?.stop();
    await removeRelease('sidecar-injector');
    await reinstall();
  });

  it('are those that are run here', () => {
    expect([install, upgrade, takeOver].map(text => text?.split(' ').slice(0, 2))).toEqual([
      ['helm', 'install'],
      ['helm', 'upgrade'],
      ['helm', 'install'],
    ]);
    expect(byHand).toMatch(/^npx sidecar-injector unregister\nhelm uninstall /);
    expect(commands).toHaveLength(6);
  });

  it('install what has sidecars put into annotated pods', async () => {
    const { stdout } = await runInShell(install ?? '');
    expect(stdout).toContain('npx sidecar-injector check --wait 2m');
    webhook = new Webhook(kubectl, controlPlane());
    await webhook.start();
    expect((await createdPod()).spec?.initContainers?.map(({ name }) => name)).toEqual(['git-sync']);
  });

  it('leave no difference to the chart, also after the injector has written its authority', async () => {
    expect(await publishedBundle()).toContain('BEGIN CERTIFICATE');
    expect(await differences({})).toBe('');
  });

  it('upgrade it, and the authority of the injector stays', async () => {
    const before = { authority: await authority(), bundle: await publishedBundle() };
    await runInShell((upgrade ?? '').replace('\n', ' --set config.drainSeconds=20 --set clusterWide=true\n'));
    expect({ authority: await authority(), bundle: await publishedBundle() }).toEqual(before);
    const { webhooks = [] } = await registration();
    expect(webhooks.map(({ name }) => name)).toContain('pods-in-cluster.sidecar.io');
    expect(await differences({ config: { drainSeconds: 20 }, clusterWide: true })).toBe('');
  });

  it('keep the values of before; switch clusterWide off only as the page says', async () => {
    const off = (upgrade ?? '').replace('\n', ' --set clusterWide=false\n');
    // The injector owns caBundle of the two webhooks, so that server-side apply leaves them, without all else.
    await expect(runInShell(off)).rejects.toThrow('webhooks[5].clientConfig: Required value');
    await runInShell(off.replace('\n', ' --server-side=false\n'));
    expect(await differences({ config: { drainSeconds: 20 } })).toBe('');
    expect((await createdPod()).spec?.initContainers).toHaveLength(1);
  });

  it('take over what kustomize has installed, where Helm is told to, and not unasked', async () => {
    await removeRelease('sidecar-injector');
    await reinstall();
    await expect(runInShell(install ?? '')).rejects.toThrow('cannot be imported into the current release');
    await runInShell(takeOver ?? '');
    expect(await differences({})).toBe('');
  });

  it('refuse a second injector in another namespace', async () => {
    const elsewhere = (install ?? '').replace('--namespace sidecar-injector', '--namespace second');
    await expect(runInShell(elsewhere)).rejects.toThrow('cannot be imported into the current release');
  });

  it('uninstall it by hand where hooks are not allowed', async () => {
    const { stdout } = await runInShell(byHand ?? '');
    expect(stdout).toContain(
      'mutatingwebhookconfiguration.admissionregistration.k8s.io/sidecar-injector deleted',
    );
    expect((await createdPod()).spec?.initContainers).toBeUndefined();
  });
});

async function createdPod() {
  const namespace = await createNamespace();
  const { pod } = await eventually(() => namespace.createPod(podOf('web', gitSync)));
  return pod;
}

/** What `kubectl diff` finds between the cluster and the chart. */
async function differences(values: ChartOptions['values'] & object): Promise<string> {
  return (await kubectl('diff -f -', listOf(templatedManifests({ values })))).stdout;
}

async function authority(): Promise<unknown> {
  const { data } = await kubectlJson<{ data: unknown }>('-n sidecar-injector get secret sidecar-injector-ca');
  expect(data).toBeDefined();
  return data;
}
