/** The pods of the injector's Deployment, as if a kubelet ran them: the API server reaches the webhook behind each. */
import { readFile } from 'node:fs/promises';
import { controlPlane, eventually, kubectl } from './suite.ts';
import { injectorNamespace } from './test-namespace.ts';
import { publishEndpoints, type Webhook, writeEndpoints } from './webhook.ts';

const ready = { status: 'True', lastTransitionTime: '2026-01-01T00:00:03Z' };

/** Says of both pods that they run and are ready, and writes the endpoints of the Service. */
export async function runReplicas({ port, statusPort }: Webhook): Promise<readonly string[]> {
  const names = await eventually(async () => {
    const pods = (await injectorNamespace.pods()).filter(({ metadata }) => !metadata?.deletionTimestamp);
    if (pods.length !== 2) throw new Error(`${pods.length} pods`);
    return pods.map(({ metadata }) => metadata?.name ?? '').toSorted();
  });
  // The Service may be another one than before, with another address.
  await publishEndpoints(kubectl, controlPlane(), [port]);
  const { endpointsFile } = controlPlane();
  const endpoints = JSON.parse(await readFile(endpointsFile, 'utf8'));
  for (const [index, name] of names.entries()) {
    const podIP = addressOf(index);
    endpoints[`${podIP}:8080`] = [statusPort];
    await reportReplica(name, { podIP, podIPs: [{ ip: podIP }] });
  }
  await writeEndpoints(endpointsFile, endpoints);
  await reportEndpoints(names, true);
  return names;
}

/** Writes the status of a pod: ready and running but for what is given. */
export async function reportReplica(name: string, status: object = {}): Promise<void> {
  const patch = {
    status: { phase: 'Running', conditions: [{ type: 'Ready', ...ready }], containerStatuses: [], ...status },
  };
  await injectorNamespace.kubectl([
    ...`patch pod ${name} --subresource status --type merge --patch`.split(' '),
    JSON.stringify(patch),
  ]);
}

/** Writes the endpoints of the Service by hand: the controller leaves out pods that are on no node. */
export async function reportEndpoints(names: readonly string[], ready: boolean): Promise<void> {
  const name = 'sidecar-injector-by-hand';
  await injectorNamespace.kubectl('apply --server-side --force-conflicts -f -', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      labels: {
        'kubernetes.io/service-name': 'sidecar-injector',
        'endpointslice.kubernetes.io/managed-by': 'test',
      },
    },
    addressType: 'IPv4',
    ports: [{ name: 'admission', port: 10250, protocol: 'TCP' }],
    endpoints: names.map((pod, index) => ({
      addresses: [addressOf(index)],
      conditions: { ready },
      targetRef: { kind: 'Pod', name: pod, namespace: injectorNamespace.name },
    })),
  });
}

function addressOf(index: number): string {
  return `10.244.0.${index + 21}`;
}

export const notReady = [{ type: 'Ready', ...ready, status: 'False' }];

/** Takes away what {@link runReplicas} has written. */
export async function forgetReplicas(): Promise<void> {
  await injectorNamespace.kubectl('delete endpointslice sidecar-injector-by-hand --ignore-not-found');
  await injectorNamespace.kubectl('delete pods --all --now');
}
