/** What is known of a pod, of which there may be a hundred thousand: nothing of the pod itself is kept. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** What it belongs to, as in `shop/Deployment/web`. */
  readonly workload: string;
  /** For the disruption budgets that select it. */
  readonly labels: Readonly<Record<string, string>>;
  /** The node that it is on, and its zone; empty where there is none. */
  readonly node: string;
  readonly zone: string;
  readonly isReady: boolean;
  /** How often its containers have restarted, all together. */
  readonly restarts: number;
}

/**
 * How far a pod is. Others than those that wait or are moved count only for what their workload can lose.
 *
 * | phase   |                                                                            |
 * |---------|----------------------------------------------------------------------------|
 * | current | nothing is to be done: it has what it should have                            |
 * | other   | it is not meant, or nothing can be done                                    |
 * | waiting | its turn is to come                                                        |
 * | begun   | an earlier run has moved it, and its sidecars are not up                    |
 * | moving  | it has been begun                                                          |
 * | moved   | its sidecars are up again; it is watched while its wave bakes              |
 * | over    | it was begun, or waited, in vain                                           |
 */
export type Phase = 'current' | 'other' | 'waiting' | 'begun' | 'moving' | 'moved' | 'over';

/** A pod of a fleet. */
export interface FleetPod {
  facts: PodFacts;
  phase: Phase;
  /** When an upgrade moved it, by the API server's clock, in milliseconds since 1970; undefined where none has. */
  readonly movedAtMs: number | undefined;
}

/** Whether the app has to do without it now. */
export function isUnavailable({ facts, phase }: FleetPod): boolean {
  return phase === 'moving' || !facts.isReady;
}
