import { readFile, writeFile } from 'node:fs/promises';
import type { ControlPlaneAccess } from './control-plane.ts';
import type { Kubectl } from './kubectl.ts';

/**
 * Writes a kubeconfig with a token of a ServiceAccount, so that it has its rights and no others: of the injector's own, unless
 * another is named.
 */
export async function writeServiceAccountKubeconfig(
  kubectl: Kubectl,
  { kubeconfig }: ControlPlaneAccess,
  file: string,
  { namespace = 'sidecar-injector', account = 'sidecar-injector' } = {},
): Promise<void> {
  const { stdout } = await kubectl(`-n ${namespace} create token ${account} --duration=1h`);
  const { clusters, ...rest } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const context = { cluster: clusters[0].name, user: account, namespace };
  const own = {
    ...rest,
    clusters,
    users: [{ name: account, user: { token: stdout.trim() } }],
    contexts: [{ name: 'own', context }],
    'current-context': 'own',
  };
  await writeFile(file, JSON.stringify(own), { mode: 0o600 });
}
