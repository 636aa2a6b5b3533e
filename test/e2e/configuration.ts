import type { V1ConfigMap } from '@kubernetes/client-node';
import { kubectl, kubectlJson } from './suite.ts';

const inNamespace = ['--namespace', 'sidecar-injector'];

/** Adds settings to the configuration that the next webhook starts with, until all is installed anew. */
export async function configure(settings: object): Promise<void> {
  const { items } = await kubectlJson<{ readonly items: readonly V1ConfigMap[] }>([
    ...inNamespace,
    'get',
    'configmaps',
  ]);
  for (const { metadata, data } of items) {
    const text = data?.['config.yaml'];
    if (text === undefined) continue;
    // JSON is YAML too, a key to a line.
    const more = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
    const patch = JSON.stringify({ data: { 'config.yaml': `${text}${more.join('')}` } });
    await kubectl([
      ...inNamespace,
      'patch',
      'configmap',
      metadata?.name ?? '',
      '--type',
      'merge',
      '--patch',
      patch,
    ]);
  }
}
