import { isReady, podName, type RunningPod } from '../kubernetes/running-pod.ts';
import type { PodFacts } from './fleet-pod.ts';

/** What of a pod changes while it runs. */
export function stateOf(pod: RunningPod): Pick<PodFacts, 'isReady' | 'restarts'> {
  const { initContainerStatuses, containerStatuses } = pod.status ?? {};
  const statuses = [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])];
  return {
    isReady: isReady(pod),
    restarts: statuses.reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0),
  };
}

/** Reduces pods to what a fleet knows of them; what is the same of many is kept once. */
export class FactsReader {
  readonly #zones: ReadonlyMap<string, string>;
  readonly #texts = new Map<string, string>();
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();

  /** The zones of nodes, by the name of the node. */
  constructor(zones: ReadonlyMap<string, string>) {
    this.#zones = zones;
  }

  /** A pod that belongs to no workload is its own. */
  read(pod: RunningPod, workload: string = podName(pod)): PodFacts {
    const { namespace, name, uid, labels } = pod.metadata;
    const node = this.#once(pod.spec.nodeName ?? '');
    return {
      namespace: this.#once(namespace),
      ...{ name, uid },
      workload: this.#once(workload),
      labels: this.#labelsOnce(labels ?? {}),
      ...{ node, zone: this.#zones.get(node) ?? '' },
      ...stateOf(pod),
    };
  }

  #once(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }

  #labelsOnce(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const text = JSON.stringify(labels);
    const known = this.#labels.get(text) ?? labels;
    this.#labels.set(text, known);
    return known;
  }
}
