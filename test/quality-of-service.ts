import type { PodSpec, ResourceRequirements } from '../src/kubernetes/pod.ts';

/**
 * The class that the API server gives a pod, transcribed from GetPodQOS and ComputePodQOS of
 * https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/v1/helper/qos/qos.go
 */
export function qualityOfService(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const requests = new Map<string, number>();
  const limits = new Map<string, number>();
  const isEachLimited = claimsOf(spec).map(claim => {
    // The API server fills in the limit where there is no request.
    count(requests, { ...claim.limits, ...claim.requests });
    return count(limits, claim.limits ?? {}).size === 2;
  });
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const isEqual =
    requests.size === limits.size &&
    [...requests].every(([resource, amount]) => limits.get(resource) === amount);
  return isEqual && isEachLimited.every(Boolean) ? 'Guaranteed' : 'Burstable';
}

/** The resources that decide: those of the whole pod where it names any, otherwise those of each container. */
function claimsOf({ resources, containers, initContainers }: PodSpec): readonly ResourceRequirements[] {
  const named = Object.keys({ ...resources?.requests, ...resources?.limits });
  if (resources && named.length > 0) return [resources];
  return [...(containers ?? []), ...(initContainers ?? [])].map(container => container.resources ?? {});
}

/** Adds up the amounts above zero of cpu and memory, and tells which of the two there were. */
function count(
  sum: Map<string, number>,
  amounts: Readonly<Record<string, string | number>>,
): ReadonlySet<string> {
  const counted = Object.entries(amounts).filter(
    ([resource, amount]) => (resource === 'cpu' || resource === 'memory') && nanos(amount) > 0,
  );
  for (const [resource, amount] of counted) sum.set(resource, (sum.get(resource) ?? 0) + nanos(amount));
  return new Set(counted.map(([resource]) => resource));
}

/** An amount in billionths, exact for what the tests use. */
function nanos(quantity: string | number): number {
  const [, digits = '0', unit = ''] = /^([\d.]+)(.*)$/.exec(String(quantity)) ?? [];
  const factors: Readonly<Record<string, number>> = {
    '': 1e9,
    m: 1e6,
    e8: 1e17,
    M: 1e15,
    Mi: 2 ** 20 * 1e9,
    Gi: 2 ** 30 * 1e9,
  };
  const factor = factors[unit];
  if (factor === undefined) throw new Error(`a quantity that this table does not know: ${quantity}`);
  return Math.round(Number(digits) * factor);
}
