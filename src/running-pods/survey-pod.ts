/**
 * What the sidecars of a pod are beside the definitions in force.
 *
 * | container | hash of the definition in the status   | image             | state    |
 * |-----------|----------------------------------------|-------------------|----------|
 * | missing   | -                                      | -                 | bare     |
 * | there     | the same                               | the definition's  | injected |
 * | there     | the same, or another one by the image  | another           | outdated |
 * | there     | another one                            | any               | outdated |
 *
 * The definition is the version that counts for the pod now, whichever it has.
 *
 * What a pod inherits counts as it does when pods are created. A pod that came with sidecars keeps those: one that its
 * namespace asks for since is not bare, but outdated.
 */
import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import { alone, type Inheritance, withInherited } from '../injection/inheritance/with-inherited.ts';
import { containersOf } from '../injection/merge/assembly.ts';
import type { Plan, PlannedSidecar } from '../injection/plan/plan-sidecars.ts';
import type { VersionTraits } from '../injection/render/pod-traits.ts';
import { switchKey } from '../injection/request/annotation-keys.ts';
import { isOnlyForOthersOnWindows } from '../injection/request/asked-names.ts';
import type { SidecarRequest } from '../injection/request/read-requests.ts';
import { shouldSkip } from '../injection/request/should-skip.ts';
import { type OtherInjector, otherInjectorOf, type SidecarStatus } from '../injection/status/pod-status.ts';
import { readStatus } from '../injection/status/read-status.ts';
import { hasSameInherited, hasSameParameters } from '../injection/status/same-annotations.ts';
import type { Pod } from '../kubernetes/pod.ts';
import { isGoing, type RunningPod } from '../kubernetes/running-pod.ts';
import { isSameButImage } from '../sidecars/definition-hash.ts';
import type { Difference } from './difference.ts';
import { imageIn, imageOf } from './image-in.ts';
import { meantImage } from './restart-image.ts';

export type SidecarState = 'injected' | 'outdated' | 'bare';

export interface SurveyedSidecar {
  /** The name of its definition; empty where no annotation tells. */
  readonly sidecar: string;
  readonly container: string;
  readonly state: SidecarState;
  readonly mode: string | undefined;
  readonly image: string | undefined;
  /** The image that it stands for, where a restart wrote the same one otherwise. */
  readonly standsFor?: string;
  /** The image that the definition gives it. */
  readonly definitionImage: string | undefined;
  /** The hash of the definition. */
  readonly definition: string | undefined;
  /** `next` where it has the next version of its definition; absent where it has the current one. */
  readonly version?: 'next';
  /** The same of what a new pod would get. */
  readonly definitionVersion?: 'next';
  /** Undefined where it is what a new pod would get. */
  readonly difference: Difference | undefined;
  /** Where what asks for it comes from, as in `namespace shop`; absent where that is the pod alone. */
  readonly from?: string;
  /** Who put it in; absent where that was the webhook, or where it is not there. */
  readonly by?: OtherInjector;
}

/** Makes the plan for a pod, of what it inherits too. */
export type PlanFor = (pod: Pod, inheritance?: Inheritance, versions?: VersionTraits) => Plan;

/** What counts for a pod beside its own annotations, the weakest first, as far as anybody knows. */
export interface KnownSources {
  readonly sources: readonly AnnotationSource[];
  readonly areAllKnown: boolean;
}

const noSources: KnownSources = { sources: [], areAllKnown: true };

/**
 * Surveys the sidecars that a pod has or asks for; a pod that ends, or that the injector leaves alone, has none. Where not
 * all is known that it inherits, what it has from there is taken as it is.
 */
export function surveyPod(
  pod: RunningPod,
  planFor: PlanFor,
  { sources, areAllKnown }: KnownSources = noSources,
): readonly SurveyedSidecar[] {
  const inheritance = inheritanceOf(pod, sources);
  if (isGoing(pod) || shouldSkip(pod, inheritance.annotations) !== undefined) return [];
  const { before, named } = readStatus(pod);
  const planned = planFor(pod, inheritance).sidecars.map(sidecar => {
    const versions = otherVersions(sidecar, before.sidecars[sidecar.request.name], areAllKnown);
    return versions ? samePlanned(sidecar, planFor(pod, inheritance, versions)) : sidecar;
  });
  const requested = new Set(planned.map(({ request }) => request.name));
  const others = Object.entries(before.sidecars).filter(([name]) => !requested.has(name));
  const survey = {
    pod,
    origins: new Map([...inheritance.origins].map(([key, from]) => [switchKey(key), from])),
    named,
    areAllKnown,
  };
  return [
    ...planned.flatMap(sidecar => surveyPlanned(sidecar, before.sidecars[sidecar.request.name], survey)),
    ...others.map(([container, status]) => surveyOther(container, status, survey)),
  ];
}

/**
 * Where a sidecar is to be compared with another version than the one that the settings give it: with the current one where
 * the pod would be refused with the next one, and with what it has where those are not known.
 */
function otherVersions(
  { request, rendered }: PlannedSidecar,
  status: SidecarStatus | undefined,
  areAllKnown: boolean,
): VersionTraits | undefined {
  const { version, hash } = rendered?.instance.definition ?? {};
  if (status === undefined || (areAllKnown && version === undefined)) return undefined;
  if (version !== undefined && status.declined === hash) return { isCurrent: true };
  if (areAllKnown || status.version === version) return undefined;
  return status.version === 'next' ? { next: [request.sidecar] } : { isCurrent: true };
}

function samePlanned(planned: PlannedSidecar, { sidecars }: Plan): PlannedSidecar {
  return sidecars.find(({ request }) => request.name === planned.request.name) ?? planned;
}

/** Whoever made a pod for Windows is left alone with what others ask for. */
function inheritanceOf(pod: Pod, sources: readonly AnnotationSource[]): Inheritance {
  const own = pod.metadata.annotations ?? {};
  return isOnlyForOthersOnWindows(pod) ? alone(own) : withInherited(own, sources);
}

interface Survey {
  readonly pod: RunningPod;
  /** Where annotations come from that it inherits, by the key that asks for their sidecar. */
  readonly origins: ReadonlyMap<string, string>;
  /** The sidecars that its status names: where there are any, what only others ask for is not added. */
  readonly named: ReadonlySet<string>;
  /** Whether all is known that it inherits. */
  readonly areAllKnown: boolean;
}

/** What nothing asks for any more, as far as anybody knows. */
function surveyOther(
  container: string,
  status: SidecarStatus,
  { pod, areAllKnown }: Survey,
): SurveyedSidecar {
  const { mode, from } = status;
  const isUnknown = from !== undefined && !areAllKnown;
  return {
    ...nothing,
    container,
    state: isUnknown ? 'injected' : 'outdated',
    mode,
    image: imageIn(pod, container),
    difference: isUnknown ? undefined : 'withdrawn',
    ...versionOf(status),
    ...fromOf(from),
    ...byOf(status),
  };
}

const nothing = {
  sidecar: '',
  mode: undefined,
  image: undefined,
  definitionImage: undefined,
  definition: undefined,
};

function surveyPlanned(
  planned: PlannedSidecar,
  status: SidecarStatus | undefined,
  survey: Survey,
): readonly SurveyedSidecar[] {
  const { request, rendered } = planned;
  const base: Base = {
    sidecar: request.sidecar,
    container: request.name,
    definitionImage: rendered && imageOf(containersOf(rendered).at(-1)),
    definition: rendered?.instance.definition.hash,
    ...(rendered?.instance.definition.version && { definitionVersion: 'next' }),
    ...fromOf(request.from),
  };
  if (status === undefined) return isWanted(planned) ? [{ ...base, ...absence(planned, survey) }] : [];
  const image = imageIn(survey.pod, request.name);
  const meant = meantImage(image, status);
  const difference = differenceOf({ ...base, image: meant, request }, status, survey);
  const state = difference === undefined ? 'injected' : 'outdated';
  // A pod that asks for it itself may still inherit how.
  const from = difference === 'inherited' ? survey.origins.get(request.key) : undefined;
  return [
    {
      ...{ ...base, mode: status.mode, image, state, difference },
      ...versionOf(withPromotion(status, base)),
      ...(meant === undefined || meant === image ? {} : { standsFor: meant }),
      ...fromOf(request.from ?? from),
      ...byOf(status),
    },
  ];
}

type Base = Pick<
  SurveyedSidecar,
  'sidecar' | 'container' | 'definitionImage' | 'definition' | 'definitionVersion' | 'from'
>;

function versionOf({ version }: Pick<SidecarStatus, 'version'>): Pick<SurveyedSidecar, 'version'> {
  return version === 'next' ? { version } : {};
}

/** A next version that was promoted is the current one, whatever it was called when the pod got it. */
function withPromotion({ version, definition }: SidecarStatus, base: Base): Pick<SidecarStatus, 'version'> {
  if (definition !== base.definition) return version === undefined ? {} : { version };
  return base.definitionVersion === undefined ? {} : { version: base.definitionVersion };
}

function fromOf(from: string | undefined): Pick<SurveyedSidecar, 'from'> {
  return from === undefined ? {} : { from };
}

function byOf(status: SidecarStatus): Pick<SurveyedSidecar, 'by'> {
  const by = otherInjectorOf(status);
  return by === undefined ? {} : { by };
}

/** Switched off, or the annotation of somebody else: then nothing is missing. */
function isWanted({ rendered, findings }: PlannedSidecar): boolean {
  return rendered !== undefined || findings.some(({ kind }) => kind === 'refusal');
}

function absence({ request, rendered }: PlannedSidecar, { named }: Survey) {
  const missing = { mode: rendered?.mode, image: undefined };
  return request.from !== undefined && named.size > 0 && !named.has(request.name)
    ? ({ ...missing, state: 'outdated', difference: 'added' } as const)
    : ({ ...missing, state: 'bare', difference: 'missing' } as const);
}

interface Compared extends Base {
  readonly image: string | undefined;
  readonly request: SidecarRequest;
}

function differenceOf(
  { image, definitionImage, definition, definitionVersion, request }: Compared,
  status: SidecarStatus,
  { areAllKnown }: Survey,
): Difference | undefined {
  if (!hasSameParameters(status, request)) return 'parameters';
  if (areAllKnown && !hasSameInherited(status, request)) return 'inherited';
  if (definition === undefined || definitionImage === undefined) return 'unplanned';
  if (!isSameButImage(definition, status.definition))
    return definitionVersion === status.version ? 'definition' : 'version';
  return definition === status.definition && image === definitionImage ? undefined : 'image';
}
