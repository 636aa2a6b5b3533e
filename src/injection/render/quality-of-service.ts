import type { Container, PodSpec } from '../../kubernetes/pod.ts';
import { parseQuantity } from '../../kubernetes/quantity.ts';

/**
 * Whether a pod is of the class Guaranteed by its containers: every one has limits for cpu and memory and requests
 * exactly them. https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/#guaranteed
 */
export function isGuaranteed({ initContainers, containers }: PodSpec): boolean {
  const all = [...(initContainers ?? []), ...(containers ?? [])];
  return all.length > 0 && all.every(hasEqualLimits);
}

function hasEqualLimits({ resources }: Container): boolean {
  return ['cpu', 'memory'].every(resource => {
    if (resources?.limits?.[resource] === undefined) return false;
    const limit = parseQuantity(resources?.limits?.[resource] ?? '');
    // A request that is not written is the limit.
    const request = parseQuantity(resources?.requests?.[resource] ?? resources?.limits?.[resource] ?? '');
    return limit !== undefined && limit > 0 && request === limit;
  });
}
