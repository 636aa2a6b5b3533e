/** The library of docs/contrib.md: each sidecar is admitted where the restricted Pod Security Standard is enforced. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1PodSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pod } from '../../src/kubernetes/pod.ts';
import { contribNames, examplePods, kustomizedDefinitions } from '../contrib-library.ts';
import { goldenCases } from '../golden/golden-case.ts';
import { type PodManifest, podOf } from './pod-manifests.ts';
import { restrictedLabels, restrictedSecurityContext } from './restricted.ts';
import {
  describeWithApiServer,
  describeWithControllers,
  eventually,
  reinstall,
  startWebhook,
} from './suite.ts';
import { injectorNamespace, useNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';

let webhook: Webhook | undefined;

function useLibrary(): void {
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-'));
    const data = kustomizedDefinitions(join(directory, 'sidecars'));
    rmSync(directory, { recursive: true });
    const metadata = { name: 'sidecar-injector-sidecars' };
    await injectorNamespace.kubectl('replace -f -', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
    webhook = await startWebhook();
  });
  // As deploy/ has it, with what kubectl notes about it.
  afterAll(async () => {
    await webhook?.stop();
    await injectorNamespace.kubectl('delete configmap sidecar-injector-sidecars');
    await reinstall();
  });
}

describeWithApiServer('the library in a namespace that enforces the restricted standard', () => {
  useLibrary();
  const namespace = useNamespace(restrictedLabels);

  it.each(contribNames)('admits the pod on the page of %s, without a warning', async name => {
    for (const example of examplePods(name)) {
      const { pod, stderr } = await namespace().createPod(restricted(example, `page-${name}`));
      expect(stderr).toBe('');
      expect(pod.spec?.initContainers?.map(container => container.name)).toContain(name);
    }
  });

  it.each(goldenCases().filter(({ name }) => name.startsWith('contrib-')))(
    'admits the pod of the golden case $name',
    async ({ name, pod }) => {
      const created = await namespace().createPod(restricted(pod, name));
      expect(created.pod.metadata?.annotations).toHaveProperty(['sidecar.io/status']);
    },
  );

  it.each(contribNames)('admits %s in mode classic, where it has that mode', async name => {
    const [example] = examplePods(name);
    if (example === undefined || name === 'java-agent') return;
    const { annotations } = example.metadata;
    const metadata = {
      ...example.metadata,
      annotations: { ...annotations, [`sidecar.io/${name}.mode`]: 'classic' },
    };
    const { pod } = await namespace().createPod(restricted({ ...example, metadata }, `classic-${name}`));
    expect(pod.spec?.containers.map(container => container.name)).toContain(name);
  });
});

describeWithControllers('a Deployment with a sidecar of the library', () => {
  useLibrary();
  const namespace = useNamespace(restrictedLabels);

  it.each(contribNames)('has pods with %s', async name => {
    const [example] = examplePods(name);
    if (example === undefined) throw new Error(`no example of ${name}`);
    const { metadata, spec } = restricted(example, name);
    const labels = { app: name };
    const { stderr } = await namespace().kubectl('create -f -', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, annotations: metadata?.annotations },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
    expect(stderr).toContain(`${name}'s pods will get ${name}`);
    await eventually(async () => {
      const [pod] = await namespace().pods(`app=${name}`);
      expect(pod?.spec?.initContainers?.map(container => container.name)).toContain(name);
    });
  });
});

/** The pod under another name, with what a restricted namespace asks of its own containers, and without its account, which is not there. */
function restricted({ metadata, spec }: Pod, name: string): PodManifest {
  const { serviceAccountName: _, containers, ...rest } = spec as unknown as V1PodSpec;
  return podOf(name, metadata.annotations ?? {}, {
    ...rest,
    containers: containers.map(container => ({
      ...container,
      securityContext: { ...restrictedSecurityContext, ...container.securityContext },
    })),
  });
}
