import type { FleetPod } from './fleet-pod.ts';

/** Pods that were moved, and how they were when they were up again. */
export class Watched {
  readonly #pods = new Map<FleetPod, { readonly restarts: number; readonly isReady: boolean }>();

  add(pod: FleetPod): void {
    this.#pods.set(pod, { restarts: pod.facts.restarts, isReady: pod.facts.isReady });
  }

  /** One that is gone tells nothing: pods come and go. */
  delete(pod: FleetPod): void {
    this.#pods.delete(pod);
  }

  /** What has become worse since. */
  problem(): string | undefined {
    for (const [{ facts }, before] of this.#pods) {
      const name = `${facts.namespace}/${facts.name}`;
      const restarts = facts.restarts - before.restarts;
      if (restarts > 0) return `${name}: containers have restarted since it was moved (${restarts} times)`;
      if (before.isReady && !facts.isReady) return `${name}: it is not ready any more since it was moved`;
    }
    return undefined;
  }
}
