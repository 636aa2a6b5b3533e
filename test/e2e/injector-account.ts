/** The account of the injector, in the hands of somebody else. */
import { join } from 'node:path';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { writeServiceAccountKubeconfig } from './service-account-kubeconfig.ts';
import { controlPlane, kubectl } from './suite.ts';

/** What the API server calls it. */
export function injectorAccount(namespace = 'sidecar-injector'): string {
  return `system:serviceaccount:${namespace}:sidecar-injector`;
}

/** kubectl with a token of it. */
export async function kubectlAsInjector(namespace = 'sidecar-injector'): Promise<Kubectl> {
  const { directory } = controlPlane();
  const kubeconfig = join(directory, `kubeconfig-of-${namespace}`);
  await writeServiceAccountKubeconfig(kubectl, controlPlane(), kubeconfig, { namespace });
  return createKubectl({ directory, kubeconfig });
}
