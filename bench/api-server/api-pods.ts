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

  /** Creates one after the other at a steady rate, whatever the earlier ones do, unless too many of them are under way. */
  async createAtRate(
    request: PodRequest,
    { count, perSecond }: { readonly count: number; readonly perSecond: number },
  ): Promise<{ readonly latenciesMs: readonly number[]; readonly perSecond: number }> {
    const startedMs = performance.now();
    const latenciesMs: number[] = [];
    const underWay = new Set<Promise<void>>();
    for (let index = 0; index < count; index++) {
      const waitMs = startedMs + (index * 1000) / perSecond - performance.now();
      await sleep(Math.max(0, waitMs));
      if (underWay.size >= maxUnderWay) await Promise.race(underWay);
      const one = this.#createOne(request).then(latencyMs => {
        latenciesMs.push(latencyMs);
        underWay.delete(one);
      });
      // A failure is told by whoever waits next, and must not end the program before.
      one.catch(() => undefined);
      underWay.add(one);
    }
    await Promise.all(underWay);
    return { latenciesMs, perSecond: (count * 1000) / (performance.now() - startedMs) };
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

/** More than a second's: a machine that is so far behind does not get any further by more. */
const maxUnderWay = 100;

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
