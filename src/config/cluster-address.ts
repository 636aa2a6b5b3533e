/**
 * Where the API server is for a pod, from the variables that every container gets; undefined outside a cluster.
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export function clusterAddress(): { readonly host: string; readonly port: string } | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  return host ? { host, port } : undefined;
}
