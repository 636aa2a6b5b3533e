import { createInjector, type InjectionDecision } from '../injection/inject.ts';
import type { InjectionPolicy } from '../injection/policy.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import type { ParameterTexts } from '../sidecars/samples/parameter-texts.ts';
import { emptySidecarSet } from '../sidecars/sidecar-set.ts';
import { annotationsOf } from './annotations-of.ts';
import { samplePod } from './sample-pod.ts';

/** What became of one pod that a sidecar was put into. */
export interface Trial {
  readonly mode: string;
  /** What its annotations set. */
  readonly texts: ParameterTexts;
  /** The pod before. */
  readonly pod: Pod;
  readonly decision: InjectionDecision;
}

/** Puts a sidecar into a sample pod, by the engine, in each mode that its definition has, or in those that are named. */
export function tryDefinition(
  definition: SidecarDefinition,
  texts: ParameterTexts,
  modes: readonly string[] = definition.modes,
  policy = defaultPolicy,
): readonly Trial[] {
  const sidecars = { ...emptySidecarSet, sidecars: new Map([[definition.name, definition]]) };
  const decide = createInjector(sidecars, policy);
  return modes.map(mode => {
    const pod = samplePod(definition.name, annotationsOf(definition, texts, mode));
    return { mode, texts, pod, decision: decide(pod) };
  });
}

/** What an operator has who configured nothing. */
const defaultPolicy: InjectionPolicy = {
  areNativeSidecarsAvailable: true,
  startAfter: [],
  unknownSidecars: 'refuse',
  maximumSidecars: 1,
};
