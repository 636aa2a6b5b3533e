import { readFile, writeFile } from 'node:fs/promises';
import type { ControlPlaneAccess } from './control-plane.ts';
import type { Kubectl } from './kubectl.ts';

/** Writes a kubeconfig with a token of the injector's own ServiceAccount, so that it has its rights and no others. */
export async function writeServiceAccountKubeconfig(
  kubectl: Kubectl,
  { kubeconfig }: ControlPlaneAccess,
  file: string,
  namespace = 'sidecar-injector',
): Promise<void> {
  const { stdout } = await kubectl(`-n ${namespace} create token sidecar-injector --duration=1h`);
  const { clusters, ...rest } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const context = { cluster: clusters[0].name, user: 'sidecar-injector', namespace };
  const own = {
    ...rest,
    clusters,
    users: [{ name: 'sidecar-injector', user: { token: stdout.trim() } }],
    contexts: [{ name: 'own', context }],
    'current-context': 'own',
  };
  await writeFile(file, JSON.stringify(own), { mode: 0o600 });
}
