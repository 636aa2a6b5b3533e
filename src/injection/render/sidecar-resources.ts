import type { Quantity, ResourceRequirements } from '../../kubernetes/pod.ts';
import { parseQuantity } from '../../kubernetes/quantity.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import { parameterKey, type SidecarInstance } from '../request/sidecar-instance.ts';
import { shownName } from '../shown-value.ts';
import type { PodTraits } from './pod-traits.ts';
import { storageOf } from './storage-limit.ts';

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
  const asked = withAnnotations(traits, instance, defined);
  const { resources, findings } = adapted(traits, instance, asked);
  return {
    resources: compact(resources, defined),
    findings: [...checkRequests(instance, asked), ...findings],
  };
}

function withAnnotations(
  traits: PodTraits,
  instance: SidecarInstance,
  defined: ResourceRequirements | undefined,
): Resources {
  const storage = storageOf(traits, instance, defined);
  const set = (parameter: string, resource: string): Amounts => {
    const text = commonValue(instance, parameter);
    return text === undefined ? {} : { [resource]: text };
  };
  return {
    requests: { ...storage.requests, ...defined?.requests, ...set('cpu', 'cpu'), ...set('memory', 'memory') },
    limits: {
      ...storage.limits,
      ...defined?.limits,
      ...set('cpu-limit', 'cpu'),
      ...set('memory-limit', 'memory'),
    },
  };
}

/** The value of a common parameter; a definition's own of that name means something else. */
function commonValue({ values, definition }: SidecarInstance, parameter: string): string | undefined {
  return definition.parameters.get(parameter)?.isCommon ? values.get(parameter)?.text : undefined;
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
  if (!definition.parameters.get(`${resource}-limit`)?.isCommon) return { key, advice: '' };
  return values.has(resource)
    ? { key, advice: `; set ${limitKey} too` }
    : { key: limitKey, advice: `; set ${key} too` };
}

function adapted(
  { podResources, guaranteed }: PodTraits,
  instance: SidecarInstance,
  asked: Resources,
): Outcome {
  const left = leftToPod(instance, asked, podResources);
  if (!guaranteed.isSo) return left;
  const { impliedLimit } = guaranteed;
  const kept =
    impliedLimit === undefined
      ? madeEqual(instance, left.resources, podResources)
      : { resources: left.resources, findings: [limitMissing(instance, impliedLimit)] };
  return { resources: kept.resources, findings: [...left.findings, ...kept.findings] };
}

/**
 * A pod with resources of its own (KEP-2837) is refused when its containers together ask for more, and only its own
 * count for its class: of these resources the sidecar gets what the pod leaves it.
 */
function leftToPod(
  instance: SidecarInstance,
  { requests, limits }: Resources,
  podResources: readonly string[],
): Outcome {
  const others = (amounts: Amounts): Amounts =>
    Object.fromEntries(Object.entries(amounts).filter(([resource]) => !podResources.includes(resource)));
  const useless = ['cpu', 'cpu-limit', 'memory', 'memory-limit'].filter(
    parameter =>
      commonValue(instance, parameter) !== undefined &&
      podResources.includes(parameter.replace('-limit', '')),
  );
  const findings = useless.map(parameter => {
    const key = parameterKey(instance.request, parameter);
    const message = () => `${key}: without effect, the pod sets this for all its containers`;
    return warning('resources-of-pod', key, message);
  });
  return { resources: { requests: others(requests), limits: others(limits) }, findings };
}

function limitMissing({ request }: SidecarInstance, resource: string): Finding {
  const message = () =>
    `${request.shownKey}: from Kubernetes 1.37 on not Guaranteed; give resources of the pod a ${resource} limit too`;
  return warning('no-longer-guaranteed', request.shownKey, message);
}

/** What the pod does not set for all its containers together is made equal. */
function madeEqual(
  instance: SidecarInstance,
  { requests, limits }: Resources,
  podResources: readonly string[],
): Outcome {
  const { definition, request } = instance;
  const wanted = {
    cpu:
      commonValue(instance, 'cpu-limit') ??
      commonValue(instance, 'cpu') ??
      definition.guaranteed.cpu ??
      limits['cpu'] ??
      requests['cpu'],
    memory: limits['memory'] ?? requests['memory'],
  };
  const open = (['cpu', 'memory'] as const).filter(resource => !podResources.includes(resource));
  const missing = open.find(resource => !isAmount(wanted[resource]));
  if (missing !== undefined) {
    const key = parameterKey(request, missing === 'cpu' ? 'cpu' : 'memory-limit');
    const message = () => `${request.shownKey}: the pod is no longer Guaranteed; set ${key} to keep it so`;
    return {
      resources: { requests, limits },
      findings: [warning('no-longer-guaranteed', request.shownKey, message)],
    };
  }
  const amounts = Object.fromEntries(open.map(resource => [resource, wanted[resource] ?? ''] as const));
  return {
    resources: { requests: { ...requests, ...amounts }, limits: { ...limits, ...amounts } },
    findings: open.flatMap(resource => checkRaised(instance, resource, amounts[resource] ?? '')),
  };
}

function checkRaised(
  instance: SidecarInstance,
  resource: 'cpu' | 'memory',
  limit: Quantity,
): readonly Finding[] {
  const asked = commonValue(instance, resource);
  if (asked === undefined || parseQuantity(asked) === parseQuantity(limit)) return [];
  const key = parameterKey(instance.request, resource);
  const message = () =>
    `${key}: raised to the limit ${shownName(String(limit))}, so that the pod stays Guaranteed`;
  return [warning(`${resource}-raised`, key, message)];
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
