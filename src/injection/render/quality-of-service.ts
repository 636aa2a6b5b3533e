import { isNativeSidecar } from '../../kubernetes/containers.ts';
import type { Container, Optional, PodSpec, Quantity } from '../../kubernetes/pod.ts';
import { parseQuantity } from '../../kubernetes/quantity.ts';

/** Whether a pod is of the class Guaranteed, and what that depends on. */
export interface Guaranteed {
  readonly isSo: boolean;
  /**
   * A resource that the pod requests for all its containers together and does not limit: Kubernetes 1.37 gives the pod
   * that limit as long as every container has one. Older versions do not, and the pod is not Guaranteed.
   */
  readonly impliedLimit: string | undefined;
}

/**
 * Whether a pod is Guaranteed: it has limits for cpu and memory and requests exactly them, by its own resources where it
 * names the resource there (KEP-2837), otherwise by every one of its containers.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/#guaranteed
 *
 * What a pod leaves out among resources of its own is made of its containers when it is stored: DefaultPodLevelResources
 * of https://github.com/kubernetes/kubernetes/blob/v1.37.0/pkg/api/pod/util.go
 */
export function guaranteedOf(spec: PodSpec): Guaranteed {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const cpu = containers.length === 0 ? 'unequal' : shapeOf(spec, containers, 'cpu');
  // Most pods are not, and need no second look.
  const memory = cpu === 'unequal' ? cpu : shapeOf(spec, containers, 'memory');
  if (memory === 'unequal') return notGuaranteed;
  const implied = cpu === 'implied' ? 'cpu' : memory === 'implied' ? 'memory' : undefined;
  return { isSo: true, impliedLimit: implied };
}

const notGuaranteed: Guaranteed = { isSo: false, impliedLimit: undefined };

type Shape = 'equal' | 'implied' | 'unequal';

function shapeOf(spec: PodSpec, containers: readonly Container[], resource: string): Shape {
  const limit = amountIn(spec.resources?.limits, resource);
  const request = amountIn(spec.resources?.requests, resource);
  if (limit !== undefined) return isRequested(spec, resource, { limit, request }) ? 'equal' : 'unequal';
  if (request !== undefined)
    return isLimited(spec, containers, { resource, request }) ? 'implied' : 'unequal';
  return containers.every(container => hasEqualLimit(container, resource)) ? 'equal' : 'unequal';
}

/** Whether a pod requests its own limit: it says so, or its containers do together, or nobody requests anything. */
function isRequested(
  spec: PodSpec,
  resource: string,
  { limit, request }: { readonly limit: number; readonly request: number | undefined },
): boolean {
  const total = request ?? totalOf(spec, requestOf(resource));
  return limit > 0 && isSame(total || limit, limit);
}

/** Whether a pod that only requests a resource is limited to that by the limits of its containers. */
function isLimited(
  spec: PodSpec,
  containers: readonly Container[],
  { resource, request }: { readonly resource: string; readonly request: number },
): boolean {
  const limitOf = ({ resources }: Container) => amountIn(resources?.limits, resource);
  const total = totalOf(spec, container => limitOf(container) ?? 0);
  const isCovered = total <= request || isSame(total, request);
  return request > 0 && isCovered && containers.every(container => limitOf(container) !== undefined);
}

function hasEqualLimit(container: Container, resource: string): boolean {
  const limit = amountIn(container.resources?.limits, resource);
  return limit !== undefined && limit > 0 && requestOf(resource)(container) === limit;
}

/** A request that is not written is the limit. */
function requestOf(resource: string): (container: Container) => number {
  return ({ resources }) =>
    amountIn(resources?.requests, resource) ?? amountIn(resources?.limits, resource) ?? 0;
}

/**
 * What a pod needs of a resource at its most: while one of its init containers runs, or while all that keeps running does.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
function totalOf(
  { initContainers, containers }: PodSpec,
  amountOf: (container: Container) => number,
): number {
  let [beside, most] = [0, 0];
  for (const container of initContainers ?? []) {
    most = Math.max(most, beside + amountOf(container));
    if (isNativeSidecar(container)) beside += amountOf(container);
  }
  return Math.max(
    most,
    (containers ?? []).reduce((sum, container) => sum + amountOf(container), beside),
  );
}

/** Sums of amounts such as 100m are no exact numbers. */
function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(a, b);
}

/** An amount that is no quantity counts as a number that is equal to none. */
function amountIn(
  amounts: Optional<Readonly<Record<string, Quantity>>>,
  resource: string,
): number | undefined {
  const amount = amounts?.[resource];
  return amount === undefined ? undefined : (parseQuantity(amount) ?? Number.NaN);
}
