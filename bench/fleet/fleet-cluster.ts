import { setTimeout as sleep } from 'node:timers/promises';
import { imageProcess } from '../../scripts/dockerfile.ts';
import { ApiClient } from '../../test/e2e/api-client.ts';
import type { ControlPlaneAccess } from '../../test/e2e/control-plane.ts';
import { install } from '../../test/e2e/installation.ts';
import { createKubectl, type Kubectl } from '../../test/e2e/kubectl.ts';
import { startControlPlane } from '../../test/e2e/start-control-plane.ts';
import { Webhook } from '../../test/e2e/webhook.ts';
import { FakeKubelet } from '../../test/fake-kubelet.ts';
import { pidOfProgram } from '../processes.ts';
import {
  budgetOf,
  deploymentOf,
  type FleetWorkload,
  fleetLabel,
  fleetWorkloads,
  type OwnerReference,
  podOf,
  podsOfWorkload,
  replicaSetOf,
} from './manifests.ts';

/**
 * A real API server with the webhook as `deploy/` ships it, and a fleet. The controllers that would make pods are not
 * started, the one of PodDisruptionBudgets is; kubelets are played (test/fake-kubelet.ts).
 */
export class FleetCluster {
  readonly access: ControlPlaneAccess;
  readonly apiServerPid: number;
  readonly #kubectl: Kubectl;
  readonly #client: ApiClient;
  readonly #stopControlPlane: () => Promise<void>;
  readonly #workloads: readonly FleetWorkload[];
  readonly #replicaSets = new Map<FleetWorkload, OwnerReference>();
  #webhook: Webhook | undefined;
  #kubelet: FakeKubelet | undefined;

  private constructor(access: ControlPlaneAccess, stop: () => Promise<void>, pods: number) {
    this.access = access;
    this.#stopControlPlane = stop;
    this.#kubectl = createKubectl(access);
    this.#client = new ApiClient(access);
    this.#workloads = fleetWorkloads(pods);
    this.apiServerPid = pidOfProgram(process.pid, 'kube-apiserver');
  }

  /** Resolves when there is all but the pods. */
  static async start(pods: number): Promise<FleetCluster> {
    const { access, stop } = await startControlPlane();
    const cluster = new FleetCluster(access, stop, pods);
    try {
      await install(cluster.#kubectl);
      cluster.#webhook = new Webhook(cluster.#kubectl, access);
      cluster.#webhook.nodeFlags = imageProcess().nodeFlags;
      cluster.#webhook.environment = imageProcess().environment;
      await cluster.#webhook.start();
      await cluster.#createNamespaces();
      await cluster.#untilInjected();
      await forEach(cluster.#workloads, workload => cluster.#createWorkload(workload));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  async stop(): Promise<void> {
    await this.#kubelet?.stop();
    this.#client.close();
    await this.#webhook?.stop();
    await this.#stopControlPlane();
  }

  get webhookPid(): number | undefined {
    return this.#webhook?.pid;
  }

  get pods(): number {
    return this.#workloads.length * podsOfWorkload;
  }

  /** In words as they are in {@link BudgetWitness}. */
  get workloadsWithBudget(): ReadonlySet<string> {
    return new Set(
      this.#workloads.flatMap(({ namespace, name, hasBudget }) => (hasBudget ? `${namespace}/${name}` : [])),
    );
  }

  /** Creates all pods, some at the same time, as controllers would. */
  async createPods(): Promise<void> {
    await forEach(this.#workloads, async workload => {
      const owner = this.#replicaSets.get(workload);
      if (owner === undefined) throw new Error(`${workload.name} has no ReplicaSet`);
      for (let index = 1; index <= podsOfWorkload; index++)
        await this.#createPod(workload.namespace, podOf(workload, index, owner));
    });
  }

  /** Resolves when all pods run, as far as their status says. */
  async startKubelet(): Promise<void> {
    this.#kubelet = await FakeKubelet.start(this.access, { selector: fleetLabel, nodes: 50, atOnce: 32 });
    while (this.#kubelet.readyPods < this.pods) await sleep(200);
  }

  get kubeletProblems(): readonly string[] {
    return this.#kubelet?.problems ?? [];
  }

  async #createNamespaces(): Promise<void> {
    const names = [...new Set(this.#workloads.map(({ namespace }) => namespace))];
    const items = names.flatMap(name => [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
    ]);
    await this.#kubectl('apply --server-side -f -', { apiVersion: 'v1', kind: 'List', items });
  }

  async #createWorkload(workload: FleetWorkload): Promise<void> {
    const { namespace, hasBudget } = workload;
    const apps = `/apis/apps/v1/namespaces/${namespace}`;
    const deployment = await this.#create('Deployment', `${apps}/deployments`, deploymentOf(workload));
    const replicaSet = replicaSetOf(workload, deployment);
    this.#replicaSets.set(workload, await this.#create('ReplicaSet', `${apps}/replicasets`, replicaSet));
    const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    if (hasBudget) await this.#create('PodDisruptionBudget', budgets, budgetOf(workload));
  }

  /** The names of the init containers that it has then. */
  async #createPod(namespace: string, body: object, query = ''): Promise<readonly string[]> {
    const path = `/api/v1/namespaces/${namespace}/pods${query}`;
    const answer = await this.#client.ask<CreatedPod>({ method: 'POST', path, body });
    if (answer.status !== 201) throw new Error(`a pod in ${namespace}: ${JSON.stringify(answer.body)}`);
    return (answer.body.spec.initContainers ?? []).map(({ name }) => name);
  }

  async #create(kind: string, path: string, body: object): Promise<OwnerReference> {
    const answer = await this.#client.ask<CreatedObject>({ method: 'POST', path, body });
    if (answer.status !== 201) throw new Error(`a ${kind}: ${JSON.stringify(answer.body)}`);
    const { apiVersion, metadata } = answer.body;
    return { apiVersion, kind, name: metadata.name, uid: metadata.uid };
  }

  /** The API server learns of a registration, and of an authority, a moment after they are written. */
  async #untilInjected(): Promise<void> {
    const deadlineMs = performance.now() + 60_000;
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'none', uid: 'none' };
    for (const first of this.#workloads.slice(0, 1))
      while (performance.now() < deadlineMs) {
        const tried = this.#createPod(first.namespace, podOf(first, 0, owner), '?dryRun=All');
        if ((await tried.then(String, String)).split(',').includes('git-sync')) return;
        await sleep(200);
      }
    throw new Error('no git-sync in a pod of the fleet after a minute');
  }
}

interface CreatedPod {
  readonly spec: { readonly initContainers?: readonly { readonly name: string }[] };
}

interface CreatedObject {
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly uid: string };
}

async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    // All workers take from one queue.
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** How many creations are under way at the same time. */
const atOnce = 32;
