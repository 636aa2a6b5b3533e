import { nearestName } from '../../nearest-name.ts';
import { oneLine } from '../../shown-text.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { alone, type Inheritance } from '../inheritance/with-inherited.ts';
import type { InjectionPolicy } from '../policy.ts';
import { type Finding, isRefusal, refusal, warning } from '../reason.ts';
import { checkMountPath } from '../render/check-mount-path.ts';
import { checkSharing } from '../render/check-sharing.ts';
import { checkSize, sidecarSize } from '../render/check-size.ts';
import { chooseMode } from '../render/choose-mode.ts';
import type { PodTraits } from '../render/pod-traits.ts';
import { type RenderedSidecar, renderSidecar } from '../render/render-sidecar.ts';
import { annotationPrefix, askedName } from '../request/annotation-keys.ts';
import { readInstance } from '../request/read-instance.ts';
import { type MalformedKey, readRequests, type SidecarRequest } from '../request/read-requests.ts';
import type { SidecarInstance } from '../request/sidecar-instance.ts';
import { shownKey, shownList, shownValue } from '../shown-value.ts';
import { chooseDefinition, nextRefused } from './choose-definition.ts';
import { countSidecars, isAsked } from './count-sidecars.ts';
import { withoutLeftOut } from './leave-out.ts';

/** What the annotations of a pod ask for, rendered; whether it fits into the pod is another matter. */
export interface Plan {
  /** In the order in which they go into a pod. */
  readonly sidecars: readonly PlannedSidecar[];
  /** What is wrong with keys that belong to no sidecar. */
  readonly findings: readonly Finding[];
  /** Why nothing was rendered: the annotations ask for more than a pod may have. A pod that has it all already may stay. */
  readonly excess?: Finding;
  /** The names of what no definition knows and the operator leaves to others, each once. */
  readonly leftToOthers: readonly string[];
}

export interface PlannedSidecar {
  readonly request: SidecarRequest;
  /** Undefined where the request cannot be fulfilled, or asks for nothing. */
  readonly rendered?: RenderedSidecar;
  /** How many characters of JSON it takes, counted before it was rendered; 0 where there is nothing to render. */
  readonly characters: number;
  readonly findings: readonly Finding[];
}

/** Plans the sidecars that annotations ask for in a pod with these traits, which inherits nothing. */
export function planSidecars(
  annotations: Readonly<Record<string, string>>,
  traits: PodTraits,
  sidecars: SidecarSet,
  policy: InjectionPolicy,
): Plan {
  return planInheritance(alone(annotations), traits, sidecars, policy);
}

/** Plans the sidecars that all ask for together which counts for a pod with these traits. */
export function planInheritance(
  { annotations: counting, origins }: Inheritance,
  traits: PodTraits,
  sidecars: SidecarSet,
  policy: InjectionPolicy,
): Plan {
  const annotations = withoutLeftOut(counting, sidecars);
  const { excess, isHopeless } = countSidecars(annotations, sidecars, policy);
  if (excess && isHopeless) return { sidecars: [], findings: [excess], leftToOthers: [] };
  const { requests, malformed } = readRequests(annotations, origins);
  const rest = {
    findings: malformed.map(key => keyFinding(key, sidecars, policy)),
    leftToOthers: leftToOthers([...requests, ...malformed], sidecars, policy),
  };
  if (excess) {
    const asked = requests.filter(({ key }) =>
      isAsked(annotations, key.slice(annotationPrefix.length), { sidecars, policy }),
    );
    return { sidecars: asked.map(request => ({ request, characters: 0, findings: [] })), excess, ...rest };
  }
  const planned = requests.map(request => planSidecar(request, traits, sidecars, policy));
  return { sidecars: planned.toSorted(byOrder), ...rest };
}

function leftToOthers(
  asked: readonly MalformedKey[],
  sidecars: SidecarSet,
  policy: InjectionPolicy,
): readonly string[] {
  if (policy.unknownSidecars !== 'warn') return [];
  const unknown = asked.filter(
    ({ sidecar }) => !sidecars.sidecars.has(sidecar) && !sidecars.broken.has(sidecar),
  );
  return [...new Set(unknown.map(({ key }) => askedName(key)))];
}

function byOrder(a: PlannedSidecar, b: PlannedSidecar): number {
  const order = (planned: PlannedSidecar) => planned.rendered?.instance.definition.order ?? 0;
  return order(a) - order(b) || (a.request.name < b.request.name ? -1 : 1);
}

function planSidecar(
  request: SidecarRequest,
  traits: PodTraits,
  sidecars: SidecarSet,
  policy: InjectionPolicy,
): PlannedSidecar {
  const { definition, findings, instead, declined } = chooseDefinition(request, sidecars, traits);
  if (definition === undefined)
    return { request, characters: 0, findings: [...findings, unusable(request, sidecars, policy)] };
  const planned = declining(planVersion(request, definition, traits, policy), declined);
  const refused = planned.findings.find(isRefusal);
  if (instead !== undefined && refused !== undefined) {
    const current = declining(planVersion(request, instead, traits, policy), definition);
    // Where both are refused, the pod is told what is wrong with the one that others have.
    return current.findings.some(isRefusal)
      ? current
      : { ...current, findings: [nextRefused(refused), ...current.findings] };
  }
  if (findings.length === 0) return planned;
  const { rendered: _rendered, ...unrendered } = planned;
  return {
    ...(findings.some(isRefusal) ? unrendered : planned),
    findings: [...findings, ...planned.findings],
  };
}

/** The same, with a word about the next version that the pod does not get. */
function declining(planned: PlannedSidecar, declined: SidecarDefinition | undefined): PlannedSidecar {
  const { rendered } = planned;
  if (declined === undefined || rendered === undefined) return planned;
  const instance = { ...rendered.instance, declined: declined.hash };
  return { ...planned, rendered: { ...rendered, instance } };
}

function planVersion(
  request: SidecarRequest,
  definition: SidecarDefinition,
  traits: PodTraits,
  policy: InjectionPolicy,
): PlannedSidecar {
  const { instance, findings } = readInstance(request, definition, policy);
  if (instance === undefined) return { request, characters: 0, findings };
  const characters = sidecarSize(instance);
  const tooLarge = checkSize(instance, characters);
  if (tooLarge.length > 0) return { request, characters, findings: [...findings, ...tooLarge] };
  const { rendered, findings: more } = render(instance, traits, policy);
  return { request, rendered, characters, findings: [...findings, ...more] };
}

function render(instance: SidecarInstance, traits: PodTraits, policy: InjectionPolicy) {
  const { mode, findings } = chooseMode(traits, instance, policy);
  const { rendered, findings: more } = renderSidecar(traits, instance, mode, policy);
  return {
    rendered,
    findings: [...findings, ...more, ...checkSharing(rendered), ...checkMountPath(rendered)],
  };
}

function keyFinding({ key, sidecar }: MalformedKey, sidecars: SidecarSet, policy: InjectionPolicy): Finding {
  if (!sidecars.sidecars.has(sidecar)) return unusable({ key, sidecar }, sidecars, policy);
  const where = shownKey(key);
  const grammar = `${annotationPrefix}${sidecar}[_<instance>][.<parameter>]`;
  return refusal('invalid-key', where, () => `annotation ${where}: use ${grammar}`);
}

/** A sidecar that no good definition stands behind. */
function unusable(
  { key, sidecar }: MalformedKey,
  { sidecars, broken }: SidecarSet,
  { unknownSidecars }: InjectionPolicy,
): Finding {
  const where = shownKey(key);
  const problem = broken.get(sidecar);
  if (problem !== undefined) {
    const said = oneLine(problem, maxProblemLength);
    const message = () => `${where}: the definition of "${sidecar}" cannot be used: ${said}`;
    return refusal('broken-definition', where, message);
  }
  const message = () => {
    const known = [...sidecars.keys(), ...broken.keys()];
    const nearest = nearestName(sidecar, known);
    const suggestion = nearest === undefined ? '' : `did you mean "${nearest}"? `;
    return `annotation ${where}: no sidecar ${shownValue(sidecar)}; ${suggestion}known: ${shownList(known) || 'none'}`;
  };
  return unknownSidecars === 'warn'
    ? warning('unknown-sidecar', where, message)
    : refusal('unknown-sidecar', where, message);
}

/** The problem is the operator's text, and there may be many of a file. */
const maxProblemLength = 500;
