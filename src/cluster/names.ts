/** What the objects of `deploy/` are called. */
export const names = {
  namespace: 'sidecar-injector',
  service: 'sidecar-injector',
  statusService: 'sidecar-injector-status',
  /** The port of the status Service, and that of the container which it leads to. */
  statusPort: 'status',
  /** Lets people ask the status Service. */
  statusRole: 'sidecar-injector-status',
  /** Lets the injector list, watch and read namespaces. */
  namespacesRole: 'sidecar-injector-namespaces',
  secret: 'sidecar-injector-ca',
  webhookConfiguration: 'sidecar-injector',
  definitions: 'sidecar-injector-sidecars',
} as const;

/** Under this name the fields that we write are ours: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export const fieldManager = 'sidecar-injector';

/** The same of what commands change in pods that run. */
export const upgradeFieldManager = 'sidecar-injector-upgrade';
