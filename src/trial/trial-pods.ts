import { applyPatch } from '../injection/patch/apply-patch.ts';
import { annotationPrefix } from '../injection/request/annotation-keys.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import { scenariosOf } from '../sidecars/samples/scenarios.ts';
import { type Trial, tryDefinition } from './try-definition.ts';

/** A pod with its sidecar, and the first trial that it comes from. */
export interface TrialPod {
  readonly trial: Trial;
  readonly pod: Pod;
}

/** The different pods that the engine makes of the scenarios of a definition, in each of its modes. */
export function trialPods(
  definition: SidecarDefinition,
  maximumScenarios = Number.POSITIVE_INFINITY,
): readonly TrialPod[] {
  const pods = new Map<string, TrialPod>();
  for (const texts of scenariosOf(definition).slice(0, maximumScenarios)) {
    for (const trial of tryDefinition(definition, texts)) {
      const pod = podOf(trial);
      const key = JSON.stringify(pod);
      if (pod && !pods.has(key)) pods.set(key, { trial, pod });
    }
  }
  return [...pods.values()];
}

/**
 * The pod as the API server is to judge it: without an annotation of ours, so that no injector looks at it again.
 * Undefined where the engine refuses it.
 */
function podOf({ pod, decision }: Trial): Pod | undefined {
  if (decision.outcome !== 'injected') return undefined;
  const { metadata, ...rest } = applyPatch(pod, decision.operations);
  const others = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => !key.startsWith(annotationPrefix),
  );
  return { ...rest, metadata: { ...metadata, annotations: Object.fromEntries(others) } };
}
