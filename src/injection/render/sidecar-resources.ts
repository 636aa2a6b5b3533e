import type { Quantity, ResourceRequirements } from '../../kubernetes/pod.ts';
import { parseQuantity } from '../../kubernetes/quantity.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import { parameterKey, type SidecarInstance } from '../request/sidecar-instance.ts';
import { shownName } from '../shown-value.ts';
import type { PodTraits } from './pod-traits.ts';

type Amounts = Readonly<Record<string, Quantity>>;

/** Requests and limits, each resource absent where it has none. */
interface Resources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

interface Outcome {
  readonly resources: Resources;
  readonly findings: readonly Finding[];
}

/**
 * The resources of a sidecar in this pod: what its definition says, changed by the annotations, made equal in a
 * Guaranteed pod, and left to the pod where that declares resources for all its containers together.
 */
export function sidecarResources(
  traits: PodTraits,
  instance: SidecarInstance,
  defined: ResourceRequirements | undefined,
): { readonly resources: ResourceRequirements | undefined; readonly findings: readonly Finding[] } {
  const asked = withAnnotations(instance, defined);
  const { resources, findings } = adapted(traits, instance, asked);
  return {
    resources: compact(resources, defined),
    findings: [...checkRequests(instance, asked), ...findings],
  };
}

function withAnnotations({ values }: SidecarInstance, defined: ResourceRequirements | undefined): Resources {
  const set = (parameter: string, resource: string): Amounts => {
    const text = values.get(parameter)?.text;
    return text === undefined ? {} : { [resource]: text };
  };
  return {
    requests: { ...defined?.requests, ...set('cpu', 'cpu'), ...set('memory', 'memory') },
    limits: { ...defined?.limits, ...set('memory-limit', 'memory') },
  };
}

function checkRequests(instance: SidecarInstance, { requests, limits }: Resources): readonly Finding[] {
  return Object.entries(requests).flatMap(([resource, amount]) => {
    const limit = limits[resource];
    if (limit === undefined || (parseQuantity(amount) ?? 0) <= (parseQuantity(limit) ?? 0)) return [];
    const { key, advice } = requestAdvice(instance, resource);
    const problem = `the request ${shownName(String(amount))} is above the limit ${shownName(String(limit))}`;
    return [refusal('request-above-limit', key, () => `annotation ${key}: ${problem}${advice}`)];
  });
}

/** Names the annotation that is to blame, and the other one where there is one. */
function requestAdvice(
  { request, values, definition }: SidecarInstance,
  resource: string,
): { readonly key: string; readonly advice: string } {
  const [key, limitKey] = [parameterKey(request, resource), parameterKey(request, `${resource}-limit`)];
  if (!definition.parameters.has(`${resource}-limit`)) return { key, advice: '' };
  return values.has(resource)
    ? { key, advice: `; set ${limitKey} too` }
    : { key: limitKey, advice: `; set ${key} too` };
}

function adapted(
  { podResources, isGuaranteed }: PodTraits,
  instance: SidecarInstance,
  asked: Resources,
): Outcome {
  if (podResources.length > 0) return leftToPod(instance, asked, podResources);
  return isGuaranteed ? madeEqual(instance, asked) : { resources: asked, findings: [] };
}

/**
 * A pod with resources of its own (KEP-2837) is refused when its containers together ask for more, and only its own
 * count for its class: of these resources the sidecar gets what the pod leaves it.
 */
function leftToPod(
  { request, values }: SidecarInstance,
  { requests, limits }: Resources,
  podResources: readonly string[],
): Outcome {
  const others = (amounts: Amounts): Amounts =>
    Object.fromEntries(Object.entries(amounts).filter(([resource]) => !podResources.includes(resource)));
  const useless = ['cpu', 'memory', 'memory-limit'].filter(
    parameter => values.has(parameter) && podResources.includes(parameter.replace('-limit', '')),
  );
  const findings = useless.map(parameter => {
    const key = parameterKey(request, parameter);
    const message = () => `${key}: without effect, the pod sets this for all its containers`;
    return warning('resources-of-pod', key, message);
  });
  return { resources: { requests: others(requests), limits: others(limits) }, findings };
}

function madeEqual(instance: SidecarInstance, { requests, limits }: Resources): Outcome {
  const { definition, request, values } = instance;
  const cpu = values.get('cpu')?.text ?? definition.guaranteed.cpu ?? limits['cpu'] ?? requests['cpu'];
  const memory = limits['memory'] ?? requests['memory'];
  const hasCpu = isAmount(cpu);
  if (!hasCpu || !isAmount(memory)) {
    const missing = parameterKey(request, hasCpu ? 'memory-limit' : 'cpu');
    const message = () =>
      `${request.shownKey}: the pod is no longer Guaranteed; set ${missing} to keep it so`;
    return {
      resources: { requests, limits },
      findings: [warning('no-longer-guaranteed', request.shownKey, message)],
    };
  }
  const asked = values.get('memory')?.text;
  const isRaised = asked !== undefined && parseQuantity(asked) !== parseQuantity(memory);
  const key = parameterKey(request, 'memory');
  const message = () =>
    `${key}: raised to the limit ${shownName(String(memory))}, so that the pod stays Guaranteed`;
  return {
    resources: { requests: { ...requests, cpu, memory }, limits: { ...limits, cpu, memory } },
    findings: isRaised ? [warning('memory-raised', key, message)] : [],
  };
}

/** An amount of zero is none. */
function isAmount(quantity: Quantity | undefined): quantity is Quantity {
  return quantity !== undefined && parseQuantity(quantity) !== 0;
}

/** As Kubernetes writes it: without empty maps, and with the definition's own further fields such as claims. */
function compact({ requests, limits }: Resources, defined: ResourceRequirements | undefined) {
  const { requests: _requests, limits: _limits, ...others } = defined ?? {};
  const resources: ResourceRequirements = {
    ...(isEmpty(requests) ? {} : { requests }),
    ...(isEmpty(limits) ? {} : { limits }),
    ...others,
  };
  return isEmpty(resources) ? undefined : resources;
}

function isEmpty(map: object): boolean {
  return Object.keys(map).length === 0;
}
