import type { ApiClient } from '../../cluster/api-client.ts';
import type { ClusterAccess } from '../../cluster/cluster-access.ts';
import { clusterAddress } from '../../config/cluster-address.ts';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../observability/logger.ts';

/** The Kubernetes API, and the namespace of this program there. */
export interface Cluster {
  readonly client: ApiClient;
  /** Of its own, so that reviews which need a namespace wait for nobody else. */
  readonly namespaces: ApiClient;
  readonly namespace: string;
}

/**
 * Prepares calls of the Kubernetes API, with the kubeconfig that is named or, in a pod, as its ServiceAccount. Undefined
 * where there is neither. What it takes is loaded only here: on a laptop nobody needs it.
 */
export async function connectToCluster(
  { kubeconfig }: Config,
  { now, log }: { readonly now: () => Date; readonly log: Log },
): Promise<Cluster | undefined> {
  const access = await loadAccess(kubeconfig, log);
  if (access === undefined) return undefined;
  const { ApiClient } = await import('../../cluster/api-client.ts');
  return {
    client: new ApiClient(access, now),
    namespaces: new ApiClient(access, now, { maxSockets: namespaceSockets }),
    namespace: access.namespace ?? 'sidecar-injector',
  };
}

const namespaceSockets = 8;

async function loadAccess(kubeconfig: string, log: Log): Promise<ClusterAccess | undefined> {
  if (kubeconfig !== '') return (await import('../../cluster/kubeconfig.ts')).loadKubeconfig(kubeconfig);
  const address = clusterAddress();
  if (address === undefined) return undefined;
  const { loadServiceAccount } = await import('../../cluster/service-account.ts');
  const access = await loadServiceAccount(address);
  if (access === undefined) log.info('no token is mounted: the Kubernetes API is not used');
  return access;
}
