import type { ApiClient } from '../../cluster/api-client.ts';
import type { ClusterPods, PodSelection } from '../../cluster/cluster-pods.ts';
import { connectToContext } from '../connect-to-context.ts';
import { loadConfiguration } from '../load-engine.ts';
import { type PodChoice, selectionOf } from './pod-choice.ts';

/** Pods of a cluster, for who needs to know no definition. */
export interface BareConnection {
  readonly client: ApiClient;
  readonly pods: ClusterPods;
  readonly selection: PodSelection;
  readonly context: string;
}

/** @throws InjectorError where there is no such context. */
export async function connectWithoutDefinitions(choice: PodChoice): Promise<BareConnection> {
  const { kubeconfig } = await loadConfiguration(choice);
  const {
    client,
    name: context,
    namespace,
  } = await connectToContext({ kubeconfig, context: choice.context });
  const { ClusterPods } = await import('../../cluster/cluster-pods.ts');
  return { client, pods: new ClusterPods(client), selection: selectionOf(choice, namespace), context };
}
