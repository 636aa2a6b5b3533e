import { inject } from '../injection/inject.ts';
import { type Plan, planSidecars } from '../injection/plan/plan-sidecars.ts';
import type { InjectionPolicy } from '../injection/policy.ts';
import { type Finding, isRefusal, isWarning, type Refusal, type Warning } from '../injection/reason.ts';
import { traitsOf } from '../injection/render/pod-traits.ts';
import { injectAnnotation, isRequestKey, switchKey } from '../injection/request/annotation-keys.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { SidecarSet } from '../sidecars/sidecar-set.ts';

type Annotations = Readonly<Record<string, string>>;

/** What annotations are judged by. */
export interface JudgingEngine {
  readonly sidecars: SidecarSet;
  readonly policy: InjectionPolicy;
}

/** What is to be said of annotations that are to count for pods which nobody has seen yet. */
export interface AnnotationsJudgement {
  /** Whatever a pod looks like, it would be refused for these. */
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly Warning[];
  /** What a pod gets that says nothing itself, by name. */
  readonly sidecars: ReadonlyMap<string, ComingSidecar>;
}

export interface ComingSidecar {
  /** The annotation that asks for it. */
  readonly key: string;
  /** Tells whether all that is said of it is the same. */
  readonly hash: string;
}

/**
 * Judges annotations that pods inherit, by what the engine says of a pod with one container that carries them. Parameters
 * whose sidecar they do not ask for are defaults for pods that do: of those the values are judged alone.
 */
export function judgeAnnotations(annotations: Annotations, engine: JudgingEngine): AnnotationsJudgement {
  const isOff = annotations[injectAnnotation] === 'false';
  const isAsking = (key: string) => Object.hasOwn(annotations, switchKey(key));
  const asking = pick(annotations, key => isRequestKey(key) && isAsking(key));
  const defaults = pick(annotations, key => isRequestKey(key) && !isAsking(key));
  const { [injectAnnotation]: inject = 'true' } = annotations;
  const pod = podWith(isOff ? asking : { ...asking, [injectAnnotation]: inject });
  const { refusals, sidecars } = whole(pod, engine);
  const ofDefaults = valuesOf(plan(defaults, pod, withRoom(engine)));
  const said = [...findingsOf(plan(asking, pod, engine)), ...ofDefaults];
  return {
    refusals: [...refusals, ...ofDefaults.filter(isRefusal)],
    warnings: said.filter(isWarning),
    sidecars: isOff ? new Map() : sidecars,
  };
}

function whole(pod: Pod, { sidecars, policy }: JudgingEngine): Omit<AnnotationsJudgement, 'warnings'> {
  const decision = inject(pod, sidecars, policy);
  const refusals = decision.outcome === 'refused' ? decision.refusals : [];
  const coming = decision.outcome === 'injected' ? decision.sidecars : [];
  return {
    refusals: refusals.filter(({ code }) => !ofOnePod.has(code)),
    sidecars: new Map(
      coming.map(({ instance: { name, request } }) => [name, { key: request.key, hash: request.hash }]),
    ),
  };
}

/** What another pod has that this one has not. */
const ofOnePod: ReadonlySet<Refusal['code']> = new Set(['mount-container-unknown']);

/** A pod as small as can be; its container has a name that no sidecar can have. */
function podWith(annotations: Annotations): Pod {
  return { metadata: { annotations }, spec: { containers: [{ name: 'the app' }] } };
}

function plan(annotations: Annotations, pod: Pod, { sidecars, policy }: JudgingEngine): Plan {
  return planSidecars(annotations, traitsOf(pod, policy.startAfter), sidecars, policy);
}

function findingsOf({ findings, sidecars }: Plan): readonly Finding[] {
  return [...findings, ...sidecars.flatMap(sidecar => sidecar.findings)];
}

function valuesOf(planned: Plan): readonly Finding[] {
  return findingsOf(planned).filter(({ code }) => !ofSwitch.has(code));
}

/** What is wrong only where the sidecar is asked for too. */
const ofSwitch: ReadonlySet<Finding['code']> = new Set(['parameter-without-switch', 'missing-parameter']);

/** No pod asks for all that has defaults. */
function withRoom({ sidecars, policy }: JudgingEngine): JudgingEngine {
  return { sidecars, policy: { ...policy, maximumSidecars: 100 } };
}

function pick(annotations: Annotations, isWanted: (key: string) => boolean): Annotations {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => isWanted(key)));
}
