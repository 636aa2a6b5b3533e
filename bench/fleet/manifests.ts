/** A fleet: Deployments of ten pods, each with its ReplicaSet, in namespaces of a hundred Deployments. */
import { recordedTemplate } from '../recorded-workloads.ts';

export const podsOfWorkload = 10;
export const workloadsOfNamespace = 100;

/** Every tenth Deployment has a PodDisruptionBudget. */
export const budgetEvery = 10;

export interface FleetWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly hasBudget: boolean;
}

export function fleetWorkloads(pods: number): readonly FleetWorkload[] {
  return Array.from({ length: Math.ceil(pods / podsOfWorkload) }, (_, index) => ({
    namespace: `fleet-${Math.floor(index / workloadsOfNamespace) + 1}`,
    name: `web-${index + 1}`,
    hasBudget: index % budgetEvery === 0,
  }));
}

/** The label that the pods of a fleet have, and others have not. */
export const fleetLabel = 'bench.example.com/fleet';

/** What a controller would have put into the names and labels of all pods of a ReplicaSet. */
const hash = '5d9c7b6f48';

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export function deploymentOf({ name }: FleetWorkload): object {
  return workloadOf('Deployment', { name });
}

export function replicaSetOf({ name }: FleetWorkload, deployment: OwnerReference): object {
  const metadata = { name: `${name}-${hash}`, ownerReferences: [controllerOf(deployment)] };
  return workloadOf('ReplicaSet', metadata, { 'pod-template-hash': hash }, name);
}

function workloadOf(
  kind: string,
  metadata: { readonly name: string },
  others: Readonly<Record<string, string>> = {},
  app = metadata.name,
): object {
  const labels = { ...labelsOf(app), ...others };
  const template = recordedTemplate('Deployment', 1);
  const spec = {
    replicas: podsOfWorkload,
    selector: { matchLabels: labels },
    template: { ...template, metadata: { ...template.metadata, labels } },
  };
  return { apiVersion: 'apps/v1', kind, metadata: { ...metadata, labels }, spec };
}

/** The pod of the recorded Deployment, as the controller writes it. */
export function podOf({ name }: FleetWorkload, index: number, replicaSet: OwnerReference): object {
  const { metadata, spec } = recordedTemplate('Deployment', 1);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${hash}-${index}`,
      labels: { ...labelsOf(name), 'pod-template-hash': hash },
      annotations: metadata.annotations,
      ownerReferences: [controllerOf(replicaSet)],
    },
    spec,
  };
}

/** One pod may be missing, whatever is asked for a workload. */
export function budgetOf({ name }: FleetWorkload): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
  };
}

function labelsOf(app: string): Readonly<Record<string, string>> {
  return { app, [fleetLabel]: 'true' };
}

function controllerOf(owner: OwnerReference): object {
  return { ...owner, controller: true, blockOwnerDeletion: true };
}
