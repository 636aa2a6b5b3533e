import type { InjectionDecision } from '../../injection/inject.ts';
import { applyPatch } from '../../injection/patch/apply-patch.ts';
import { type Refusal, type SkipReason, skipReasons, type Warning } from '../../injection/reason.ts';
import { injectAnnotation, isRequestKey } from '../../injection/request/annotation-keys.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import type { Engine } from './engine.ts';
import type { ExplainedSidecar, Explanation, Told, Verdict } from './explanation.ts';
import { type PlaceOf, placesIn, sidecarsIn } from './sidecars-in.ts';

/** What the engine says of a pod, in the words of an explanation. */
export interface Judgement {
  readonly reason: string;
  readonly sidecars: readonly ExplainedSidecar[];
  readonly problems: readonly Told[];
  readonly warnings: readonly Told[];
}

/** Has the engine judge a pod as if it were created now. */
export function judgePod(pod: Pod, engine: Engine, placeOf: PlaceOf): Judgement {
  const decision = engine.injector(pod);
  const places = placesIn(pod, engine, placeOf);
  const warnings = decision.warnings.map(toldOf);
  switch (decision.outcome) {
    case 'injected':
      return {
        reason: 'injected',
        sidecars: sidecarsIn(applyPatch(pod, decision.operations), places, pod),
        problems: [],
        warnings,
      };
    case 'skipped':
      return {
        reason: decision.reason,
        sidecars: sidecarsIn(pod, places),
        problems: asks(pod) ? skipProblems(decision.reason) : [],
        warnings,
      };
    case 'refused':
      return {
        reason: reasonOf(decision),
        sidecars: sidecarsIn(pod, places),
        problems: decision.refusals.map(toldOf),
        warnings,
      };
  }
}

function reasonOf({ refusals }: InjectionDecision & { readonly outcome: 'refused' }): string {
  return refusals[0]?.code ?? '';
}

export function toldOf({ code, where, message }: Refusal | Warning): Told {
  return { code, where, message };
}

function asks({ metadata }: Pod): boolean {
  return Object.keys(metadata.annotations ?? {}).some(isRequestKey);
}

/** Reasons for which a pod that asks for a sidecar is let through without one. */
function skipProblems(reason: SkipReason): readonly Told[] {
  if (reason === 'opted-out') {
    return [
      {
        code: reason,
        where: injectAnnotation,
        message: `annotation ${injectAnnotation} is "false", so the pod is left alone whatever else it carries`,
        advice: `remove the annotation ${injectAnnotation}`,
      },
    ];
  }
  if (reason === 'mirror-pod') {
    return [
      {
        code: reason,
        where: 'annotation kubernetes.io/config.mirror',
        message: skipReasons[reason],
        advice: 'write the sidecar into the file of the static pod, or use a DaemonSet',
      },
    ];
  }
  return [];
}

/** Puts together what was found out about one object. */
export function explanationOf(
  { reason, sidecars, problems, warnings }: Judgement,
  whenSidecars: Verdict & ('injected' | 'would-be-injected'),
): Explanation {
  const verdict =
    problems.length > 0 ? 'prevented' : sidecars.length > 0 ? whenSidecars : ('not-requested' as const);
  return { verdict, reason: problems[0]?.code ?? reason, sidecars, problems, warnings };
}
