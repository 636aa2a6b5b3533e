/** The MutatingWebhookConfiguration of the webhook: what it says, without it, and made again. */
import type { V1MutatingWebhookConfiguration } from '@kubernetes/client-node';
import { baseDirectory } from './installation.ts';
import type { KubectlOutput } from './kubectl.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { eventually, kubectl, kubectlJson } from './suite.ts';
import { createNamespace } from './test-namespace.ts';

const configuration = ['mutatingwebhookconfiguration', 'sidecar-injector'];

export function registration(): Promise<V1MutatingWebhookConfiguration> {
  return kubectlJson(['get', ...configuration, '--show-managed-fields']);
}

/** The authorities that one of its webhooks trusts, in PEM. */
export async function publishedBundle(index = 0): Promise<string> {
  const { webhooks } = await registration();
  return Buffer.from(webhooks?.[index]?.clientConfig.caBundle ?? '', 'base64').toString();
}

/** Changes it by a strategic merge patch, or by a list of operations, which is a JSON Patch. */
export async function patchRegistration(patch: object): Promise<void> {
  const type = Array.isArray(patch) ? 'json' : 'strategic';
  await kubectl(['patch', ...configuration, '--type', type, '--patch', JSON.stringify(patch)]);
}

/** Resolves when the API server has learnt of it: first it still calls the webhook, or fails to. */
export async function deleteRegistration(): Promise<void> {
  await kubectl(['delete', ...configuration]);
  const namespace = await createNamespace();
  await eventually(
    async () => {
      const refusal = await namespace.refusalOf(podOf('web', gitSync));
      if (!refusal.includes('sidecar-injector-guard')) throw new Error(`the guard is not asked: ${refusal}`);
    },
    { withinMs: 60_000 },
  );
}

/** Deletes it and at once makes it again, as it is before anybody has written a caBundle. */
export async function remakeRegistration(): Promise<void> {
  await kubectl(['delete', ...configuration, '--ignore-not-found']);
  await kubectlBase('apply');
}

/** Runs a command of kubectl with `deploy/base`. */
export function kubectlBase(
  command: 'apply' | 'diff' | 'delete',
  ...flags: readonly string[]
): Promise<KubectlOutput> {
  return kubectl([command, ...flags, '--kustomize', baseDirectory]);
}
