/** A server in the place of the API server that lists as many pods as are asked for, without keeping any. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inject } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { readPod } from '../../src/kubernetes/pod.ts';
import { type ApiPod, keptOf } from '../../test/fake-kubelet/kubelet-pod.ts';
import { nextStatus } from '../../test/fake-kubelet/next-status.ts';
import { serverKubeconfig } from '../server-kubeconfig.ts';
import { policy, type Setting, sidecars } from '../setting.ts';
import { fleetWorkloads, podOf, podsOfWorkload } from './manifests.ts';

/** Starts one and writes a kubeconfig that leads there. */
export async function startPodPages(
  { files: [cert = '', key = ''], directory }: Setting,
  pods: number,
): Promise<{ readonly kubeconfig: string; readonly stop: () => void }> {
  const text = runningPodText();
  const workloads = fleetWorkloads(pods);
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://localhost');
    if (pathname !== '/api/v1/pods') return forbid(response);
    const from = Number(searchParams.get('continue') ?? 0);
    const to = Math.min(pods, from + Number(searchParams.get('limit')));
    const items = Array.from({ length: to - from }, (_, index) => {
      const [workload, replica] = [
        Math.floor((from + index) / podsOfWorkload),
        (from + index) % podsOfWorkload,
      ];
      const { namespace = '', name = '' } = workloads[workload] ?? {};
      return text
        .replaceAll(placeholders.namespace, namespace)
        .replaceAll(placeholders.name, name)
        .replaceAll(placeholders.uid, `${from + index}`.padStart(12, '0'))
        .replaceAll(placeholders.replica, `${replica}`);
    });
    const metadata = { resourceVersion: '1', continue: to < pods ? String(to) : '' };
    response.end(`{"kind":"PodList","metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(directory, 'pages.kubeconfig');
  writeFileSync(kubeconfig, serverKubeconfig(port));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { kubeconfig, stop };
}

/** Whoever asks for more is told that it may not: a person may have no other rights. */
function forbid(response: ServerResponse): void {
  response.statusCode = 403;
  response.end(JSON.stringify({ kind: 'Status', code: 403, message: 'forbidden' }));
}

const placeholders = { namespace: 'N_NAMESPACE', name: 'N_NAME', uid: 'N_UID', replica: 'N_REPLICA' };

/** A pod of the fleet after the engine and the fake kubelet. */
function runningPodText(): string {
  const { namespace, name, uid, replica } = placeholders;
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-5d9c7b6f48`, uid: `rs-${name}` };
  const written = podOf({ namespace, name, hasBudget: false }, 0, owner) as ApiPod;
  const metadata = {
    ...written.metadata,
    ...{ namespace, name: `${name}-5d9c7b6f48-${replica}`, uid: `00000000-0000-4000-8000-${uid}` },
    ...{ resourceVersion: '1', generation: 1 },
  };
  const asked = { ...written, metadata, spec: { ...written.spec, nodeName: 'fake-1' } };
  const decision = inject(readPod(asked), sidecars, policy);
  if (decision.outcome !== 'injected') throw new Error(`the pod is ${decision.outcome}`);
  const pod = applyPatch(asked, decision.operations);
  const pace = { startMs: 0, restartMs: 0, crashMs: 0 };
  const { status } = nextStatus(keptOf(pod), pace, Date.parse('2026-01-01T00:00:00Z'));
  return JSON.stringify({ ...pod, status });
}
