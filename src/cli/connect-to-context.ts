import type { ApiClient } from '../cluster/api-client.ts';

/** How a person names a cluster. */
export interface ContextOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** A cluster that a person has access to. */
export interface ConnectedContext {
  /** Of the context. */
  readonly name: string;
  /** The namespace that the context names. */
  readonly namespace: string | undefined;
  readonly client: ApiClient;
}

/**
 * Prepares calls of the Kubernetes API with a context of a kubeconfig. What it takes is loaded only here.
 *
 * @throws InjectorError where there is no such context.
 */
export async function connectToContext({ kubeconfig, context }: ContextOptions): Promise<ConnectedContext> {
  const { loadContext } = await import('../cluster/kubeconfig.ts');
  const { clientForPerson } = await import('./client-for-person.ts');
  const { name, access } = loadContext({ file: kubeconfig || undefined, context });
  return { name, namespace: access.namespace, client: clientForPerson(access) };
}
