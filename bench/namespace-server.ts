/** A server in the place of the API server that tells of namespaces, as much as the webhook asks for. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serverKubeconfig } from './server-kubeconfig.ts';

/** Starts one that has so many namespaces and writes a kubeconfig that leads there; returns how to end it. */
export async function startNamespaceServer(
  [cert = '', key = '']: readonly string[],
  namespaces: readonly object[],
  kubeconfig: string,
): Promise<() => void> {
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://localhost');
    if (pathname === '/version')
      return void response.end('{"major":"1","minor":"37","gitVersion":"v1.37.0"}');
    if (searchParams.has('watch')) return void watch(response);
    const from = Number(searchParams.get('continue') ?? 0);
    const to = from + Number(searchParams.get('limit'));
    const next = to < namespaces.length ? String(to) : '';
    const metadata = { resourceVersion: '1', continue: next };
    response.end(JSON.stringify({ metadata, items: namespaces.slice(from, to) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  writeFileSync(kubeconfig, serverKubeconfig(port));
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

/** Bookmarks, and nothing else, for as long as anybody listens. */
function watch(response: ServerResponse): void {
  response.flushHeaders();
  const bookmark = { type: 'BOOKMARK', object: { kind: 'Namespace', metadata: { resourceVersion: '1' } } };
  const timer = setInterval(() => response.write(`${JSON.stringify(bookmark)}\n`), 5000);
  response.once('close', () => clearInterval(timer));
}

/** A namespace as a cluster has it, with these annotations and what others write. */
export function namespaceOf(name: string, annotations: Readonly<Record<string, string>>) {
  return {
    metadata: {
      name,
      uid: '3b6f0a52-5a0e-4a43-9d6a-0d6a3f4f7a10',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: {
        'kubernetes.io/metadata.name': name,
        'sidecar.io/inject': 'enabled',
        'pod-security.kubernetes.io/enforce': 'baseline',
        team: `team-of-${name}`,
      },
      annotations: { 'example.com/owner': 'somebody@example.com', ...annotations },
      managedFields: [
        {
          manager: 'kubectl-label',
          operation: 'Update',
          apiVersion: 'v1',
          time: '2026-01-01T00:00:00Z',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:metadata': { 'f:annotations': { '.': {} }, 'f:labels': { '.': {} } } },
        },
      ],
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}
