import type { V1ConfigMap } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { type Annotations, gitSync, podOf } from './pod-manifests.ts';
import { describeWithApiServer, eventually, reinstall, startWebhook } from './suite.ts';
import { createNamespace, injectorNamespace, type TestNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';

const configMap = 'configmap sidecar-injector-sidecars';

const logs = `
apiVersion: sidecar.io/v1
kind: Sidecar
metadata: {name: logs}
spec:
  description: Ships what the app writes.
  value: target
  parameters:
    target: {type: url, required: true, description: Where to}
  container:
    image: example.com/logs:1
    args: ["--target=\${target}"]
`;

describeWithApiServer('a definition in the ConfigMap', () => {
  let webhook: Webhook;
  let namespace: TestNamespace;
  let shipped: string;
  beforeEach(async () => {
    namespace = await createNamespace();
    shipped = (await readDefinitions())['git-sync.yaml'] ?? '';
    webhook = await startWebhook();
  });
  afterEach(async () => {
    await webhook?.stop();
    await setDefinitions({ 'git-sync.yaml': shipped });
  });
  // As deploy/ has it, with what kubectl notes about it.
  afterAll(async () => {
    await injectorNamespace.kubectl(`delete ${configMap}`);
    await reinstall();
  });

  it('that is changed is what the next pod gets, and pods that exist stay as they are', async () => {
    await namespace.createPod(podOf('old', gitSync));
    await change({ 'git-sync.yaml': shipped.replace('git-sync:v4.7.1', 'git-sync:v4.8.0') });
    await eventually(async () => expect(await imageInDryRun(gitSync)).toContain(':v4.8.0'), soon);
    const { spec } = await namespace.pod('old');
    expect(spec?.initContainers?.[0]?.image).toContain(':v4.7.1');
  });

  it('that is added is a sidecar from then on, and no longer when it is removed', async () => {
    const annotations = { 'sidecar.io/logs': 'https://logs.example.com/in' };
    expect(await namespace.refusalOf(podOf('web', annotations))).toContain('(unknown-sidecar)');
    await change({ 'git-sync.yaml': shipped, 'logs.yaml': logs });
    await eventually(async () => expect(await imageInDryRun(annotations)).toBe('example.com/logs:1'), soon);
    await change({ 'git-sync.yaml': shipped });
    await eventually(
      async () => expect(await namespace.refusalOf(podOf('web', annotations))).toContain('(unknown-sidecar)'),
      soon,
    );
  });

  it('that never was good makes its pods refused by name, and no others', async () => {
    await change({ 'git-sync.yaml': shipped, 'logs.yaml': logs.replace('image:', 'imgae:') });
    await eventually(async () => {
      const problem = await namespace.refusalOf(podOf('web', { 'sidecar.io/logs': 'https://example.com' }));
      expect(problem).toContain('(broken-definition)');
      expect(problem).toMatch(/logs\.yaml.*imgae/);
    }, soon);
    expect(await imageInDryRun(gitSync)).toContain('git-sync:v4.7.1');
    expect(await webhook.status('/readyz')).toMatchObject({ status: 200 });
  });

  it('whose edit is bad stays in force as it was, and log and readiness say what is wrong', async () => {
    await change({ 'git-sync.yaml': shipped.replace('  container:\n', '  conatiner:\n') });
    await eventually(async () => {
      const { status, text } = await webhook.status('/readyz');
      expect(status).toBe(200);
      expect(text).toMatch(/git-sync\.yaml:\d+: .*conatiner/);
      expect(webhook.entries).toContainEqual(
        expect.objectContaining({ msg: 'definition rejected', file: 'git-sync.yaml' }),
      );
    }, soon);
    expect(await imageInDryRun(gitSync)).toContain('git-sync:v4.7.1');
  });

  async function imageInDryRun(annotations: Annotations): Promise<string | undefined> {
    const { pod } = await namespace.createPod(podOf('web', annotations), '--dry-run=server');
    return pod.spec?.initContainers?.[0]?.image;
  }

  async function change(files: Readonly<Record<string, string>>): Promise<void> {
    await setDefinitions(files);
    await webhook.mount();
  }
});

/** A change takes two seconds at the most, and kubectl takes time on a busy machine. */
const soon = { withinMs: 10_000 };

async function readDefinitions(): Promise<Readonly<Record<string, string>>> {
  return (await injectorNamespace.json<V1ConfigMap>(`get ${configMap}`)).data ?? {};
}

async function setDefinitions(data: Readonly<Record<string, string>>): Promise<void> {
  const metadata = { name: 'sidecar-injector-sidecars' };
  await injectorNamespace.kubectl('replace -f -', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
}
