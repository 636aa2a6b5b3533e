/** What `explain` answers about one object: the words of this folder. */

import type { RefusalReason, SkipReason, WarningReason } from '../../injection/reason.ts';
import type { OtherInjector } from '../../injection/status/pod-status.ts';
import type { Obstacle } from '../obstacles.ts';

/** A reason code of the engine, or the code of an obstacle: one list, which docs/reasons.md shows. */
export type ReasonCode = RefusalReason | SkipReason | WarningReason | Obstacle;

/**
 * What it says of a workload is about the pods that it makes from now on.
 *
 * | verdict             | meaning                                                        |
 * |---------------------|----------------------------------------------------------------|
 * | `injected`          | the pod has what it asks for                                   |
 * | `would-be-injected` | the pod, or the pods of the workload, get it when created now  |
 * | `not-requested`     | nothing asks for a sidecar, and nothing seems to be meant so   |
 * | `prevented`         | something is in the way: the problems say what                 |
 */
export type Verdict = 'injected' | 'would-be-injected' | 'not-requested' | 'prevented';

/** Something that is told of an object. */
export interface Told {
  readonly code: ReasonCode;
  /** The annotation, or what else of the object or the cluster it is about. */
  readonly where: string;
  readonly message: string;
  /** What to do, where the message does not say so itself. */
  readonly advice?: string;
}

/** One sidecar of a pod. */
export interface ExplainedSidecar {
  /** The name of its definition; empty where no annotation asks for it any more. */
  readonly sidecar: string;
  /** Its container, and all that it brings. */
  readonly container: string;
  readonly containers: readonly string[];
  readonly mode: string;
  readonly image?: string;
  /** Absent where it is the current version of its definition. */
  readonly version?: 'next';
  /** Who put it in; absent where that was the webhook, or the engine that was asked. */
  readonly by?: OtherInjector;
  /** Whether it is in the object already; otherwise a pod that is created gets it. */
  readonly isPresent: boolean;
  /** The annotation that asks for it, and on what it was written. */
  readonly annotation?: string;
  readonly annotatedOn?: string;
  /** Where the pod inherits some of them: all annotations of this sidecar, each with where it is written. */
  readonly annotations?: readonly WrittenAnnotation[];
  readonly content?: ExplainedContent;
}

/** An annotation, and where it is written: on an object, or as a rule of the configuration. */
export interface WrittenAnnotation {
  readonly key: string;
  readonly on: string;
}

/** Where the content of a sidecar is. */
export interface ExplainedContent {
  /** In the sidecar itself. */
  readonly path: string;
  /** The volume that holds it, and where in it: what is there always leads to the current content. */
  readonly volume?: string;
  readonly inVolume?: string;
  /** Where the containers of the app see it. */
  readonly mounts: readonly ExplainedMount[];
}

export interface ExplainedMount {
  readonly container: string;
  readonly mountPath: string;
  /** The content there. */
  readonly path: string;
  /** Whether an annotation asked for the mount; otherwise the app declares it itself. */
  readonly isAdded: boolean;
}

/** A sidecar that is asked for, and left out. */
export interface LeftOut {
  readonly container: string;
  /** Who asks for it: `namespace shop`. */
  readonly from: string;
  /** The annotation that leaves it out, which is "false", and on what it is written. */
  readonly annotation: string;
  readonly on: string;
}

/** A pod that a workload has. */
export interface ExplainedPod {
  readonly name: string;
  readonly state: 'injected' | 'outdated' | 'bare' | 'not-requested';
  readonly problems: readonly Told[];
}

/** What is found out about one object. */
export interface Explanation {
  readonly verdict: Verdict;
  /** The code that decides, as the log of the webhook has it. */
  readonly reason: string;
  /** What the pod has or gets. Where something is in the way: what it would get without that. */
  readonly sidecars: readonly ExplainedSidecar[];
  /** All that prevents it. */
  readonly problems: readonly Told[];
  readonly warnings: readonly Told[];
  /** What is asked for, and left out on purpose; absent where that is nothing. */
  readonly leftOut?: readonly LeftOut[];
  /** The pods that it has now, each with what is wrong with it; absent where nobody looked. */
  readonly pods?: readonly ExplainedPod[];
}

/** Whether anything is to be done: something is in the way of new pods, or was in the way of those that run. */
export function hasFindings({ problems, pods = [] }: Explanation): boolean {
  return problems.length > 0 || pods.some(pod => pod.problems.length > 0);
}
