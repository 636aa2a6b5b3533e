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
