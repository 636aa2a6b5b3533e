import type { InjectionDecision } from '../../injection/inject.ts';
import { applyPatch } from '../../injection/patch/apply-patch.ts';
import { type Refusal, type SkipReason, skipReasons, type Warning } from '../../injection/reason.ts';
import { injectAnnotation, isRequestKey, leaveOutKey } from '../../injection/request/annotation-keys.ts';
import { shownName } from '../../injection/shown-value.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import type { Engine } from './engine.ts';
import type { ExplainedSidecar, Explanation, LeftOut, Told, Verdict } from './explanation.ts';
import { leftOutOf } from './left-out.ts';
import { type AnnotationPlaces, type PlaceOf, placesIn, sidecarsIn } from './sidecars-in.ts';

/** What the engine says of a pod, in the words of an explanation. */
export interface Judgement {
  readonly reason: string;
  readonly sidecars: readonly ExplainedSidecar[];
  readonly problems: readonly Told[];
  readonly warnings: readonly Told[];
  readonly leftOut?: readonly LeftOut[];
}

/** Has the engine judge a pod as if it were created now. */
export function judgePod(pod: Pod, engine: Engine, placeOf: PlaceOf): Judgement {
  const places = placesIn(pod, engine, placeOf);
  const leftOut = leftOutOf(places);
  return { ...judged(pod, engine.injector(pod), places), ...(leftOut.length === 0 ? {} : { leftOut }) };
}

function judged(pod: Pod, decision: InjectionDecision, places: AnnotationPlaces): Judgement {
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
        problems: asks(pod) ? skipProblems(decision.reason, places) : [],
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
  return Object.keys(metadata.annotations ?? {}).some(key => isRequestKey(key) && key !== leaveOutKey(key));
}

/** Reasons for which a pod that asks for a sidecar is let through without one. */
function skipProblems(reason: SkipReason, { inheritance }: AnnotationPlaces): readonly Told[] {
  if (reason === 'opted-out') {
    const from = inheritance.origins.get(injectAnnotation);
    if (from !== undefined) return [optedOutBy(from)];
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

function optedOutBy(from: string): Told {
  return {
    code: 'opted-out',
    where: injectAnnotation,
    message: `annotation ${injectAnnotation} of ${shownName(from)} is "false", so the pod is left alone whatever else it carries`,
    advice: `set ${injectAnnotation}: "true" on the pod`,
  };
}

/** Puts together what was found out about one object. */
export function explanationOf(
  { reason, sidecars, problems, warnings, leftOut }: Judgement,
  whenSidecars: Verdict & ('injected' | 'would-be-injected'),
): Explanation {
  const verdict =
    problems.length > 0 ? 'prevented' : sidecars.length > 0 ? whenSidecars : ('not-requested' as const);
  return {
    ...{ verdict, reason: problems[0]?.code ?? reason, sidecars, problems, warnings },
    ...(leftOut === undefined ? {} : { leftOut }),
  };
}
