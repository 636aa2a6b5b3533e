/** What the objects of `deploy/` are called. */
export const names = {
  service: 'sidecar-injector',
  secret: 'sidecar-injector-ca',
  webhookConfiguration: 'sidecar-injector',
} as const;

/** Under this name the fields that we write are ours: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export const fieldManager = 'sidecar-injector';
