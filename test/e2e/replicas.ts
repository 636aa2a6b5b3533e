/** Pods of the injector that run, for who asks them by the proxy of the API server: there is no kubelet to start any. */
import { readFile } from 'node:fs/promises';
import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll } from 'vitest';
import { controlPlane, eventually, kubectl, kubectlJson } from './suite.ts';
import { type Webhook, writeEndpoints } from './webhook.ts';

const namespace = 'sidecar-injector';

/** Makes each of these webhooks a pod that is ready, whose status port the API server reaches, and awaits its endpoints. */
export async function runAsPods(webhooks: Readonly<Record<string, Webhook>>): Promise<void> {
  const { endpointsFile, hasControllerManager } = controlPlane();
  const names = Object.keys(webhooks);
  const addresses = names.map((_, index) => `10.244.0.${index + 11}`);
  const ports = Object.values(webhooks).map(({ statusPort }, index) => [
    `${addresses[index]}:8080`,
    [statusPort],
  ]);
  const endpoints = JSON.parse(await readFile(endpointsFile, 'utf8'));
  await writeEndpoints(endpointsFile, { ...endpoints, ...Object.fromEntries(ports) });
  await deletePods();
  for (const [index, name] of names.entries()) await startPod(name, addresses[index] ?? '');
  // Each is asked by its name; nobody makes endpoints without controllers.
  if (!hasControllerManager) return;
  await eventually(async () => {
    const slices = await kubectlJson<{
      items: readonly { endpoints?: readonly { addresses: readonly string[] }[] }[];
    }>(`-n ${namespace} get endpointslices -l kubernetes.io/service-name=sidecar-injector-status`);
    const found = slices.items
      .flatMap(slice => slice.endpoints ?? [])
      .flatMap(endpoint => endpoint.addresses);
    if (found.sort().join() !== addresses.join()) throw new Error(`endpoints: ${found}`);
  });
}

/** Has a webhook of a `describe` asked what it has in force, as `status` and `upgrade` do. */
export function useReplica(webhook: () => Webhook): void {
  beforeAll(() => runAsPods({ 'replica-a': webhook() }));
  afterAll(deletePods);
}

/** Takes them away again. */
export async function deletePods(): Promise<void> {
  await kubectl(`-n ${namespace} delete pods -l ${label} --now --ignore-not-found`);
}

const label = 'sidecar.io/replica-of-a-test';

/** A pod as the Deployment makes them, but by hand and with a name. */
async function startPod(name: string, podIP: string): Promise<void> {
  const deployment = await kubectlJson<V1Deployment>(`-n ${namespace} get deployment sidecar-injector`);
  const service = await kubectlJson<V1Service>(`-n ${namespace} get service sidecar-injector-status`);
  await kubectl(`-n ${namespace} create -f -`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { ...service.spec?.selector, [label]: 'true' } },
    spec: deployment.spec?.template.spec,
  });
  const status = {
    phase: 'Running',
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:03Z' }],
  };
  const patch = JSON.stringify({ status });
  await kubectl([
    ...`-n ${namespace} patch pod ${name} --subresource status --type merge --patch`.split(' '),
    patch,
  ]);
}
