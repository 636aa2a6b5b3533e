import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { Pace } from '../../src/cluster/pace.ts';
import { writeServiceAccountKubeconfig } from './service-account-kubeconfig.ts';
import { controlPlane, kubectl } from './suite.ts';
import type { TestNamespace } from './test-namespace.ts';

/** A client of the API server as commands have it, but faster. */
export function clientOf(kubeconfig = controlPlane().kubeconfig): ApiClient {
  const pace = new Pace({ requestsPerSecond: 200, burst: 100 });
  return new ApiClient(loadKubeconfig(kubeconfig), () => new Date(), { maxSockets: 5, maxWatches: 4, pace });
}

/** A client with these rights in a namespace, each as in `get,list pods`, and no others. */
export async function clientWith(namespace: TestNamespace, ...rights: readonly string[]): Promise<ApiClient> {
  const { account, client } = await makeAccount(namespace);
  for (const [index, right] of rights.entries()) {
    const [verbs = '', resource = ''] = right.split(' ');
    const role = `${account}-${index}`;
    await namespace.kubectl(`create role ${role} --verb=${verbs} --resource=${resource}`);
    const subject = `--serviceaccount=${namespace.name}:${account}`;
    await namespace.kubectl(`create rolebinding ${role} --role=${role} ${subject}`);
  }
  return client;
}

/** A client with the rights of a ClusterRole everywhere, and no others. */
export async function clientWithClusterRole(namespace: TestNamespace, role: string): Promise<ApiClient> {
  const { account, client } = await makeAccount(namespace);
  const subject = `--serviceaccount=${namespace.name}:${account}`;
  await kubectl(`create clusterrolebinding ${account} --clusterrole=${role} ${subject}`);
  return client;
}

async function makeAccount({ name: namespace, kubectl }: TestNamespace) {
  const account = `account-${randomBytes(3).toString('hex')}`;
  await kubectl(`create serviceaccount ${account}`);
  const file = join(controlPlane().directory, `${namespace}-${account}`);
  await writeServiceAccountKubeconfig(kubectl, controlPlane(), file, { namespace, account });
  return { account, client: clientOf(file) };
}
