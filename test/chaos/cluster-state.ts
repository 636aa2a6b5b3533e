import type { V1MutatingWebhookConfiguration, V1Secret } from '@kubernetes/client-node';
import { kubectl, kubectlJson } from '../e2e/suite.ts';

/** The authority in the Secret, in PEM. */
export async function storedAuthority(): Promise<string> {
  const { data } = await kubectlJson<V1Secret>('-n sidecar-injector get secret sidecar-injector-ca');
  return Buffer.from(data?.['ca.crt'] ?? '', 'base64').toString();
}

/** The bundle in the registration, in PEM. */
export async function publishedBundle(): Promise<string> {
  const { webhooks } = await kubectlJson<V1MutatingWebhookConfiguration>(
    'get mutatingwebhookconfiguration sidecar-injector',
  );
  return Buffer.from(webhooks?.[0]?.clientConfig.caBundle ?? '', 'base64').toString();
}

/** As after the first apply: no authority anywhere. */
export async function forgetAuthority(): Promise<void> {
  const secret = '-n sidecar-injector patch secret sidecar-injector-ca --type=merge --patch {"data":null}';
  await kubectl(secret);
  const webhooks = ['pods.sidecar.io', 'workloads.sidecar.io'].map(name => ({
    name,
    clientConfig: { caBundle: null },
  }));
  const patch = JSON.stringify({ webhooks });
  await kubectl(['patch', 'mutatingwebhookconfiguration', 'sidecar-injector', '--patch', patch]);
}
