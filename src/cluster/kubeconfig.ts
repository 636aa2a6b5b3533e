import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { InjectorError } from '../injector-error.ts';
import type { ClusterAccess } from './cluster-access.ts';

/**
 * The access that the current context of a kubeconfig gives, in any of the ways that kubectl knows.
 *
 * @throws InjectorError where it has no current context with a cluster.
 */
export function loadKubeconfig(file: string): ClusterAccess {
  const kubeconfig = new KubeConfig();
  try {
    kubeconfig.loadFromFile(file);
  } catch (cause) {
    throw new InjectorError(
      `kubeconfig "${file}": ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  const cluster = kubeconfig.getCurrentCluster();
  if (!cluster?.server) {
    throw new InjectorError(
      `kubeconfig "${file}": no current context with a cluster; use kubectl config use-context`,
    );
  }
  return {
    server: cluster.server,
    namespace: kubeconfig.getContextObject(kubeconfig.getCurrentContext())?.namespace,
    requestOptions: async () => {
      const options: RequestOptions = {};
      await kubeconfig.applyToHTTPSOptions(options);
      return options;
    },
  };
}
