import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { Pace } from '../../src/cluster/pace.ts';
import { writeServiceAccountKubeconfig } from './service-account-kubeconfig.ts';
import { controlPlane } from './suite.ts';
import type { TestNamespace } from './test-namespace.ts';

/** A client of the API server as commands have it, but faster. */
export function clientOf(kubeconfig = controlPlane().kubeconfig): ApiClient {
  const pace = new Pace({ requestsPerSecond: 200, burst: 100 });
  return new ApiClient(loadKubeconfig(kubeconfig), () => new Date(), { maxSockets: 5, maxWatches: 4, pace });
}

/** A client with these rights in a namespace, each as in `get,list pods`, and no others. */
export async function clientWith({ name: namespace, kubectl }: TestNamespace, ...rights: readonly string[]) {
  const account = `account-${randomBytes(3).toString('hex')}`;
  await kubectl(`create serviceaccount ${account}`);
  for (const [index, right] of rights.entries()) {
    const [verbs = '', resource = ''] = right.split(' ');
    await kubectl(`create role ${account}-${index} --verb=${verbs} --resource=${resource}`);
    await kubectl(
      `create rolebinding ${account}-${index} --role=${account}-${index} --serviceaccount=${namespace}:${account}`,
    );
  }
  const file = join(controlPlane().directory, `${namespace}-${account}`);
  await writeServiceAccountKubeconfig(kubectl, controlPlane(), file, { namespace, account });
  return clientOf(file);
}
