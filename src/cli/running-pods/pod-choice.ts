import type { PodSelection } from '../../cluster/cluster-pods.ts';

/** Which pods are meant, in which cluster, and by which definitions they are judged. */
export interface PodChoice {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly allNamespaces?: true | undefined;
  readonly selector?: string | undefined;
  readonly sidecars?: string | undefined;
  readonly config?: string | undefined;
}

/** The pods that are meant, in the namespace of the context where nobody names one. */
export function selectionOf(
  { allNamespaces, namespace, selector }: PodChoice,
  ofContext: string | undefined,
): PodSelection {
  return { namespace: allNamespaces ? undefined : (namespace ?? ofContext ?? 'default'), selector };
}
