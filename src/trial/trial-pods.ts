import { applyPatch } from '../injection/patch/apply-patch.ts';
import { annotationPrefix } from '../injection/request/annotation-keys.ts';
import type { Json } from '../kubernetes/json.ts';
import type { Container, Pod, PodSpec } from '../kubernetes/pod.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import type { ParameterTexts } from '../sidecars/samples/parameter-texts.ts';
import { extended } from '../sidecars/samples/parameter-texts.ts';
import { scenariosOf } from '../sidecars/samples/scenarios.ts';
import { fitsShape } from '../sidecars/schema/fits-shape.ts';
import { kubernetesShape } from '../sidecars/schema/kubernetes-shape.ts';
import { type Trial, tryDefinition } from './try-definition.ts';

/** A pod with its sidecar, and the first trial that it comes from. */
export interface TrialPod {
  readonly trial: Trial;
  readonly pod: Pod;
}

/**
 * The different pods that the engine makes of the scenarios of a definition, in each of its modes. A sample may be a value
 * that nobody would set there, as a word where the definition puts it into a path: then others are tried.
 */
export function trialPods(
  definition: SidecarDefinition,
  maximumScenarios = Number.POSITIVE_INFINITY,
): readonly TrialPod[] {
  const pods = new Map<string, TrialPod>();
  for (const texts of scenariosOf(definition).slice(0, maximumScenarios)) {
    for (const trial of fittingTrials(definition, texts)) {
      const pod = podOf(trial);
      const key = JSON.stringify(pod);
      if (pod && !pods.has(key)) pods.set(key, { trial, pod });
    }
  }
  return [...pods.values()];
}

/** The trials of the first values that fit the fields into which the definition puts them; none where none was found. */
function fittingTrials(definition: SidecarDefinition, texts: ParameterTexts): readonly Trial[] {
  for (const values of variantsOf(definition, texts)) {
    const trials = tryDefinition(definition, values);
    // What nobody has set is the definition's own.
    if (trials.every(fits) || [...values.keys()].every(name => name === '')) return trials;
  }
  return [];
}

/** How many values of one parameter are tried. */
const maxVariants = 24;

/** The texts, and those with another sample for one of them. */
function* variantsOf(definition: SidecarDefinition, texts: ParameterTexts): Generator<ParameterTexts> {
  yield texts;
  for (const name of texts.keys()) {
    const samples = definition.parameters.get(name)?.samples() ?? [];
    for (const text of samples.slice(0, maxVariants)) {
      const variant = extended(definition, texts, [name, text]);
      if (variant) yield variant;
    }
  }
}

const containerShape = kubernetesShape('Container');
const volumeShape = kubernetesShape('Volume');

function fits({ decision }: Trial): boolean {
  if (decision.outcome !== 'injected') return true;
  return decision.sidecars.every(
    ({ initContainers, containers, volumes }) =>
      [...initContainers, ...containers].every(
        container => fitsShape(container as unknown as Json, containerShape) && hasNothingTwice(container),
      ) && volumes.every(({ volume }) => fitsShape(volume as unknown as Json, volumeShape)),
  );
}

/** Two ports of the node, or two claims, that were chosen alike clash, as whoever chose them knows. */
function hasNothingTwice({ ports, resources }: Container): boolean {
  const ofNode = (ports ?? []).filter(port => 'hostPort' in port && port.hostPort);
  const inUse = [
    ...ofNode.map(port => JSON.stringify({ ...port, containerPort: 0, name: '' })),
    ...((resources as AskingContainer['resources'])?.claims ?? []).map(({ name }) => name),
  ];
  return new Set(inUse).size === inUse.length;
}

/**
 * The pod as the API server is to judge it: without an annotation of ours, so that no injector looks at it again.
 * Undefined where the engine refuses it.
 */
function podOf({ pod, decision }: Trial): Pod | undefined {
  if (decision.outcome !== 'injected') return undefined;
  const { metadata, spec } = applyPatch(pod, decision.operations);
  const others = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => !key.startsWith(annotationPrefix),
  );
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, annotations: Object.fromEntries(others) },
    spec: withWhatIsAskedOfPods(spec),
  } as Pod;
}

/** Some definitions are only for pods that have something: claims of devices, or users of their own. */
function withWhatIsAskedOfPods(spec: PodSpec): PodSpec {
  const added = [...(spec.initContainers ?? []), ...(spec.containers ?? [])] as readonly AskingContainer[];
  const claims = new Set(added.flatMap(({ resources }) => (resources?.claims ?? []).map(({ name }) => name)));
  const isUnmasked = added.some(({ securityContext }) => securityContext?.procMount === 'Unmasked');
  return {
    ...spec,
    ...(isUnmasked ? { hostUsers: false } : {}),
    ...(claims.size > 0
      ? { resourceClaims: [...claims].map(name => ({ name, resourceClaimName: name })) }
      : {}),
  };
}

interface AskingContainer {
  readonly resources?: { readonly claims?: readonly { readonly name: string }[] };
  readonly securityContext?: { readonly procMount?: string };
}
