/**
 * What a run over a fleet tells, in the order in which it happens. Texts hold what stands in the cluster: who shows them
 * escapes them.
 */
import type { ImageMove, Obstacle } from '../running-pods/plan-upgrade.ts';

/** A pod as kubectl names it, and the workload that it belongs to, as in `shop/web-1` and `shop/Deployment/web`. */
export interface PodOfWorkload {
  readonly pod: string;
  readonly workload: string;
}

/** What became of a pod. */
export type PodOutcome =
  /** Its sidecars run the other image. */
  | { readonly outcome: 'upgraded'; readonly milliseconds: number }
  /** Its image is the other one, and it is on no node yet: it starts with that image when it is. */
  | { readonly outcome: 'moved' }
  /** Its image was the right one before; only its status says so now. */
  | { readonly outcome: 'recorded' }
  /** It vanished or failed while it was not waited for: no success, also where it was harmless. */
  | { readonly outcome: 'gone'; readonly when: 'before its turn' | 'after its upgrade'; readonly how: string }
  /** It did its work to the end meanwhile. */
  | { readonly outcome: 'ended' }
  /** There was nothing to move any more, or nothing that could be moved in place. */
  | { readonly outcome: 'left' }
  | { readonly outcome: 'failed'; readonly problem: string }
  /** Not begun, because another one failed. */
  | { readonly outcome: 'stopped' }
  /** Not begun, because what it waited for did not come. */
  | { readonly outcome: 'blocked'; readonly why: string };

/** How large a wave is. */
export interface WaveSize {
  readonly pods: number;
  readonly workloads: number;
}

/** Numbers of waves count from one. */
export type FleetEvent =
  /** So many pods have been read, while it reads. */
  | { readonly event: 'reading'; readonly pods: number }
  /** All has been read. Pods to which nothing is to be done are in no wave. */
  | { readonly event: 'planned'; readonly namespaces: number; readonly waves: readonly WaveSize[] }
  /** Of a dry run: what would be done to a pod. */
  | ({ readonly event: 'wouldMove'; readonly moves: readonly ImageMove[] } & PodOfWorkload)
  | ({ readonly event: 'waveBegan'; readonly wave: number } & WaveSize)
  | ({ readonly event: 'podBegan'; readonly moves: readonly ImageMove[] } & PodOfWorkload)
  | ({ readonly event: 'podEnded' } & PodOfWorkload & PodOutcome)
  /** A sidecar that is left as it is, and what helps. */
  | ({ readonly event: 'podLeft' } & PodOfWorkload & Obstacle)
  /** What nothing goes on for, told when it changes; empty when it goes on. */
  | { readonly event: 'waiting'; readonly reasons: readonly string[] }
  | { readonly event: 'bakeBegan'; readonly wave: number; readonly milliseconds: number }
  | { readonly event: 'bakeEnded'; readonly wave: number }
  | { readonly event: 'verifyBegan'; readonly wave: number; readonly command: string }
  | {
      readonly event: 'verifyEnded';
      readonly wave: number;
      readonly exitCode: number;
      readonly output: string;
    }
  /** Nothing more is begun, and why. */
  | { readonly event: 'stopped'; readonly why: string }
  /** The last one. */
  | { readonly event: 'ended' };
