/** The authority of the webhook in its Secret. */
import type { V1Secret } from '@kubernetes/client-node';
import { injectorNamespace } from './test-namespace.ts';

const secret = ['secret', 'sidecar-injector-ca'];

/** In PEM; empty where there is none. */
export async function storedAuthority(): Promise<string> {
  const { data } = await injectorNamespace.json<V1Secret>(['get', ...secret]);
  return Buffer.from(data?.['ca.crt'] ?? '', 'base64').toString();
}

export async function patchStoredAuthority(patch: object): Promise<void> {
  await injectorNamespace.kubectl(['patch', ...secret, '--type=merge', '--patch', JSON.stringify(patch)]);
}

export async function deleteStoredAuthority(): Promise<void> {
  await injectorNamespace.kubectl(['delete', ...secret]);
}
