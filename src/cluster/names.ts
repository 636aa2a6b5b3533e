/** What the objects of `deploy/` are called. */
export const names = {
  namespace: 'sidecar-injector',
  service: 'sidecar-injector',
  secret: 'sidecar-injector-ca',
  webhookConfiguration: 'sidecar-injector',
  definitions: 'sidecar-injector-sidecars',
} as const;

/** Under this name the fields that we write are ours: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export const fieldManager = 'sidecar-injector';
