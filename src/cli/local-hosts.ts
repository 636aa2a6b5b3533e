/**
 * The names that a certificate made here is for: this machine, and the Service of `deploy/`, whose name ending in `.svc`
 * is the one that the API server asks for.
 */
export const localHosts: readonly string[] = [
  'sidecar-injector.sidecar-injector.svc',
  'sidecar-injector.sidecar-injector',
  'sidecar-injector.sidecar-injector.svc.cluster.local',
  'localhost',
  '127.0.0.1',
  '::1',
];
