import type { V1ConfigMap } from '@kubernetes/client-node';
import type { Kubectl } from './kubectl.ts';

const inNamespace = ['--namespace', 'sidecar-injector'];

/** Adds settings to the configuration that the next webhook starts with. */
export async function addSettings(kubectl: Kubectl, settings: object): Promise<void> {
  const { stdout } = await kubectl([...inNamespace, 'get', 'configmaps', '--output', 'json']);
  const items: readonly V1ConfigMap[] = JSON.parse(stdout).items;
  for (const { metadata, data } of items) {
    const text = data?.['config.yaml'];
    if (text === undefined) continue;
    // JSON is YAML too, a key to a line.
    const more = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
    const patch = JSON.stringify({ data: { 'config.yaml': `${text}${more.join('')}` } });
    const name = metadata?.name ?? '';
    await kubectl([...inNamespace, 'patch', 'configmap', name, '--type', 'merge', '--patch', patch]);
  }
}
