import type { Injector } from './inject.ts';

/** Decides about pods that name no namespace, as objects of a manifest may, as if they were in this one. */
export function inNamespace(injector: Injector, namespace: string): Injector {
  return (pod, sources) =>
    injector(pod.metadata.namespace ? pod : { ...pod, metadata: { ...pod.metadata, namespace } }, sources);
}
