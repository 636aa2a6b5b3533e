import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../test/e2e/api-client.ts';
import type { ControlPlaneAccess } from '../../test/e2e/control-plane.ts';

export interface PodRequest {
  readonly namespace: string;
  readonly pod: object;
  readonly isDryRun: boolean;
}

/** Creates pods as a controller does, over connections that stay open, and takes them away again. */
export class ApiPods {
  readonly #client: ApiClient;

  constructor(access: ControlPlaneAccess) {
    this.#client = new ApiClient(access);
  }

  close(): void {
    this.#client.close();
  }

  /** Creates so many, some at the same time; how long each took, in milliseconds. */
  async create(request: PodRequest, { count, atOnce }: { readonly count: number; readonly atOnce: number }) {
    const latenciesMs: number[] = [];
    let left = count;
    const one = async () => {
      while (left-- > 0) latenciesMs.push(await this.#createOne(request));
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    return latenciesMs;
  }

  /** Begins to create one after the other at a steady rate, whatever the earlier ones do. */
  async createAtRate(
    request: PodRequest,
    { count, perSecond }: { readonly count: number; readonly perSecond: number },
  ): Promise<readonly number[]> {
    const startedMs = performance.now();
    const created: Promise<number>[] = [];
    for (let index = 0; index < count; index++) {
      const waitMs = startedMs + (index * 1000) / perSecond - performance.now();
      await sleep(Math.max(0, waitMs));
      const one = this.#createOne(request);
      // A failure is told at the end, and must not end the program before.
      one.catch(() => undefined);
      created.push(one);
    }
    return Promise.all(created);
  }

  /** The containers, of both kinds, of a pod that is only tried. */
  async containersOf(request: PodRequest): Promise<readonly string[]> {
    const { status, body } = await this.#post<CreatedPod>({ ...request, isDryRun: true });
    if (status !== 201) throw new Error(`a pod in ${request.namespace}: ${JSON.stringify(body)}`);
    return [...(body.spec.initContainers ?? []), ...body.spec.containers].map(({ name }) => name);
  }

  /** Resolves when there are none: nobody runs them, so they go at once. */
  async deleteAll(namespace: string): Promise<void> {
    const path = `${podsOf(namespace)}?gracePeriodSeconds=0&limit=100`;
    for (let call = 0; call < maxDeletions; call++) {
      const { status, body } = await this.#client.ask<{ items?: readonly unknown[] }>({
        method: 'DELETE',
        path,
      });
      if (status !== 200)
        throw new Error(`the pods of ${namespace} are not deleted: ${JSON.stringify(body)}`);
      if (body.items?.length === 0) return;
    }
    throw new Error(`there are still pods in ${namespace}`);
  }

  async #createOne(request: PodRequest): Promise<number> {
    const startedMs = performance.now();
    const { status, body } = await this.#post(request);
    if (status !== 201) throw new Error(`a pod in ${request.namespace}: ${JSON.stringify(body)}`);
    return performance.now() - startedMs;
  }

  #post<T>({ namespace, pod, isDryRun }: PodRequest) {
    const path = `${podsOf(namespace)}${isDryRun ? '?dryRun=All' : ''}`;
    return this.#client.ask<T>({ method: 'POST', path, body: pod });
  }
}

/** Of a hundred pods each; no more are ever created in one go. */
const maxDeletions = 50;

interface CreatedPod {
  readonly spec: {
    readonly containers: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
}

function podsOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}
