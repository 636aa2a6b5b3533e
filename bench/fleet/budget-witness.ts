import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../test/e2e/api-client.ts';
import type { ControlPlaneAccess } from '../../test/e2e/control-plane.ts';
import { type ApiPod, isReady } from '../../test/fake-kubelet/kubelet-pod.ts';
import { fleetLabel } from './manifests.ts';

/** Watches all pods of a fleet and counts, at every event, how many of a workload are not ready. */
export class BudgetWitness {
  readonly #client: ApiClient;
  readonly #stopped = new AbortController();
  readonly #notReady = new Map<string, Set<string>>();
  readonly #worst = new Map<string, number>();
  readonly #seen = new Set<string>();
  #watching: Promise<void> | undefined;
  #events = 0;
  #breaks = 0;

  constructor(access: ControlPlaneAccess) {
    this.#client = new ApiClient(access);
  }

  /** Resolves when it has seen so many pods; whoever watches from there on misses nothing. */
  async start(pods: number): Promise<void> {
    this.#watching = this.#watch();
    while (this.#seen.size < pods) await sleep(100);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
    this.#client.close();
  }

  /** The most that were not ready at once, of any workload that is chosen. */
  worst(isChosen: (workload: string) => boolean): number {
    return Math.max(0, ...[...this.#worst].flatMap(([workload, count]) => (isChosen(workload) ? count : [])));
  }

  get events(): number {
    return this.#events;
  }

  /** How often it had to begin anew: what happened in between it has not seen. */
  get breaks(): number {
    return this.#breaks;
  }

  /** Without a resource version a watch begins with all that is there. */
  async #watch(): Promise<void> {
    const query = new URLSearchParams({ watch: 'true', labelSelector: fleetLabel });
    while (!this.#stopped.signal.aborted) {
      try {
        for await (const event of this.#client.watch<ApiPod>(`/api/v1/pods?${query}`, this.#stopped.signal))
          this.#note(event.object);
      } catch {
        await sleep(100);
      }
      this.#breaks++;
    }
  }

  #note({ metadata, status = {} }: ApiPod): void {
    this.#events++;
    this.#seen.add(metadata.uid);
    const workload = `${metadata.namespace}/${metadata.name.split('-').slice(0, 2).join('-')}`;
    const notReady = this.#notReady.get(workload) ?? new Set();
    this.#notReady.set(workload, notReady);
    if (isReady(status)) notReady.delete(metadata.uid);
    else notReady.add(metadata.uid);
    this.#worst.set(workload, Math.max(this.#worst.get(workload) ?? 0, notReady.size));
  }
}
