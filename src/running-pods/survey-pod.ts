/**
 * What the sidecars of a pod are beside the definitions in force.
 *
 * | container | hash of the definition in the status   | image             | state    |
 * |-----------|----------------------------------------|-------------------|----------|
 * | missing   | -                                      | -                 | bare     |
 * | there     | the same                               | the definition's  | injected |
 * | there     | the same, or another one by the image  | another           | outdated |
 * | there     | another one                            | any               | outdated |
 */
import { containersOf } from '../injection/merge/assembly.ts';
import type { Plan, PlannedSidecar } from '../injection/plan/plan-sidecars.ts';
import { shouldSkip } from '../injection/request/should-skip.ts';
import type { SidecarStatus } from '../injection/status/pod-status.ts';
import { readStatus } from '../injection/status/read-status.ts';
import { placedContainers } from '../kubernetes/containers.ts';
import { isObject } from '../kubernetes/json.ts';
import type { Container } from '../kubernetes/pod.ts';
import { isGoing, type RunningPod } from '../kubernetes/running-pod.ts';
import { isSameButImage } from '../sidecars/definition-hash.ts';

export type SidecarState = 'injected' | 'outdated' | 'bare';

/** What makes a sidecar different from what a new pod would get. */
export const differences = {
  image: 'the image differs',
  definition: 'more than the image has changed in the definition',
  parameters: 'its annotations were changed after the pod was created',
  withdrawn: 'no annotation asks for it any more',
  unplanned: 'the definitions give no sidecar for its annotations',
  missing: 'the pod is annotated and has no such sidecar',
} as const;

export type Difference = keyof typeof differences;

export interface SurveyedSidecar {
  /** The name of its definition; empty where no annotation tells. */
  readonly sidecar: string;
  readonly container: string;
  readonly state: SidecarState;
  readonly mode: string | undefined;
  readonly image: string | undefined;
  /** The image that the definition gives it. */
  readonly definitionImage: string | undefined;
  /** The hash of the definition. */
  readonly definition: string | undefined;
  /** Undefined where it is what a new pod would get. */
  readonly difference: Difference | undefined;
}

/** Surveys the sidecars that a pod has or asks for; a pod that ends, or that the injector leaves alone, has none. */
export function surveyPod(pod: RunningPod, planFor: (pod: RunningPod) => Plan): readonly SurveyedSidecar[] {
  if (isGoing(pod) || shouldSkip(pod) !== undefined) return [];
  const { sidecars: before } = readStatus(pod).before;
  const planned = planFor(pod).sidecars;
  const requested = new Set(planned.map(({ request }) => request.name));
  const withdrawn = Object.entries(before).filter(([name]) => !requested.has(name));
  return [
    ...planned.flatMap(sidecar => surveyPlanned(pod, sidecar, before[sidecar.request.name])),
    ...withdrawn.map(([container, { mode }]) => ({
      ...nothing,
      container,
      state: 'outdated' as const,
      mode,
      image: imageIn(pod, container),
      difference: 'withdrawn' as const,
    })),
  ];
}

const nothing = {
  sidecar: '',
  mode: undefined,
  image: undefined,
  definitionImage: undefined,
  definition: undefined,
};

function surveyPlanned(
  pod: RunningPod,
  { request, rendered, findings }: PlannedSidecar,
  status: SidecarStatus | undefined,
): readonly SurveyedSidecar[] {
  const definitionImage = rendered && imageOf(containersOf(rendered).at(-1));
  const definition = rendered?.instance.definition.hash;
  const base = { sidecar: request.sidecar, container: request.name, definitionImage, definition };
  if (status === undefined) {
    // Switched off, or the annotation of somebody else: then nothing is missing.
    const isWanted = rendered !== undefined || findings.some(({ kind }) => kind === 'refusal');
    const mode = rendered?.mode;
    return isWanted ? [{ ...base, mode, image: undefined, state: 'bare', difference: 'missing' }] : [];
  }
  const image = imageIn(pod, request.name);
  const difference = differenceOf({ ...base, image, parameters: request.hash }, status);
  const state = difference === undefined ? 'injected' : 'outdated';
  return [{ ...base, mode: status.mode, image, state, difference }];
}

interface Compared {
  readonly image: string | undefined;
  readonly definitionImage: string | undefined;
  readonly definition: string | undefined;
  readonly parameters: string;
}

function differenceOf(
  { image, definitionImage, definition, parameters }: Compared,
  status: SidecarStatus,
): Difference | undefined {
  if (parameters !== status.parameters) return 'parameters';
  if (definition === undefined || definitionImage === undefined) return 'unplanned';
  if (!isSameButImage(definition, status.definition)) return 'definition';
  return definition === status.definition && image === definitionImage ? undefined : 'image';
}

function imageIn({ spec }: RunningPod, name: string): string | undefined {
  return imageOf(placedContainers(spec).find(({ container }) => container.name === name)?.container);
}

function imageOf(container: Container | undefined): string | undefined {
  const image = isObject(container) ? container['image'] : undefined;
  return typeof image === 'string' ? image : undefined;
}
