import { join } from 'node:path';
import { readTextFile } from '../files/read-text-file.ts';
import { tokenDirectory } from '../kubernetes/mount-path.ts';
import type { ClusterAccess } from './cluster-access.ts';

/**
 * The access that every pod has. It is three files and an address; the Kubernetes client reads them too, but it would
 * cost the pod a third of its memory (docs/adr/0007-api-over-https.md). The files are read for each request: the kubelet
 * renews the token about once an hour. Undefined where no token is mounted.
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export async function loadServiceAccount(
  address: { readonly host: string; readonly port: string },
  directory = tokenDirectory,
): Promise<ClusterAccess | undefined> {
  const read = (name: string) => readTextFile(join(directory, name), maxFileBytes);
  const namespace = await read('namespace').catch(() => undefined);
  if (namespace === undefined) return undefined;
  const { host, port } = address;
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace: namespace.trim(),
    requestOptions: async () => ({
      ca: await read('ca.crt'),
      headers: { authorization: `Bearer ${(await read('token')).trim()}` },
    }),
  };
}

/** What a ConfigMap may hold: the largest of them is the bundle of the cluster's authorities. */
const maxFileBytes = 1024 * 1024;
