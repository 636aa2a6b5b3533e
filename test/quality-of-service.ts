import type { Container, PodSpec, ResourceRequirements } from '../src/kubernetes/pod.ts';

type Amounts = Map<string, number>;

/** What a pod or a container asks for, by resource. */
interface Claim {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/**
 * The class that the API server gives a pod, transcribed from DefaultPodLevelResources and ComputePodQOS of
 * https://github.com/kubernetes/kubernetes/blob/v1.37.0/pkg/api/pod/util.go
 * https://github.com/kubernetes/kubernetes/blob/v1.37.0/pkg/apis/core/v1/helper/qos/qos.go
 */
export function qualityOfService(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const classes = new Set(claimsOf(spec).map(classOf));
  const [only] = classes;
  return classes.size === 1 && only ? only : 'Burstable';
}

/** Those of the whole pod where it has any, otherwise those of each container. */
function claimsOf(spec: PodSpec): readonly Claim[] {
  const claim = claimOf(spec.resources);
  return claim.requests.size + claim.limits.size > 0
    ? [withDefaults(claim, spec)]
    : containersOf(spec).map(claimOfContainer);
}

function containersOf({ initContainers, containers }: PodSpec): readonly Container[] {
  return [...(initContainers ?? []), ...(containers ?? [])];
}

function claimOf(resources: ResourceRequirements | null | undefined): Claim {
  return { requests: amountsOf(resources?.requests), limits: amountsOf(resources?.limits) };
}

/** The API server fills in the limit where there is no request. */
function claimOfContainer({ resources }: Container): Claim {
  const { requests, limits } = claimOf(resources);
  return { requests: new Map([...limits, ...requests]), limits };
}

function withDefaults({ requests, limits }: Claim, spec: PodSpec): Claim {
  const asked = new Map(requests);
  const bounds = new Map(limits);
  const fill = (amounts: Amounts) => {
    for (const [resource, amount] of amounts) if (!asked.has(resource)) asked.set(resource, amount);
  };
  fill(together(spec, ({ requests }) => requests));
  fill(limits);
  const sums = together(spec, ({ limits }) => limits);
  for (const [resource, amount] of asked) {
    const isLimited = containersOf(spec).every(container => claimOfContainer(container).limits.has(resource));
    if (!bounds.has(resource) && isLimited) bounds.set(resource, Math.max(amount, sums.get(resource) ?? 0));
  }
  return { requests: asked, limits: bounds };
}

/** What the containers take together: the sum of those that run at one time, at its most. */
function together(spec: PodSpec, amountsIn: (claim: Claim) => Amounts): Amounts {
  const most: Amounts = new Map();
  const beside: Amounts = new Map();
  const raise = (amounts: Amounts) => {
    for (const [resource, amount] of amounts) {
      const now = (beside.get(resource) ?? 0) + amount;
      most.set(resource, Math.max(most.get(resource) ?? 0, now));
    }
  };
  const stay = (amounts: Amounts) => {
    for (const [resource, amount] of amounts) beside.set(resource, (beside.get(resource) ?? 0) + amount);
  };
  for (const container of spec.initContainers ?? []) {
    const amounts = amountsIn(claimOfContainer(container));
    raise(amounts);
    if (container.restartPolicy === 'Always') stay(amounts);
  }
  for (const container of spec.containers ?? []) stay(amountsIn(claimOfContainer(container)));
  for (const [resource, amount] of beside) most.set(resource, Math.max(most.get(resource) ?? 0, amount));
  return most;
}

function classOf({ requests, limits }: Claim): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const shapes = ['cpu', 'memory'].map(resource => {
    const [request, limit] = [requests.get(resource) ?? 0, limits.get(resource) ?? 0];
    if (request !== limit) return 'Burstable';
    return request === 0 ? 'BestEffort' : 'Guaranteed';
  });
  const [cpu, memory] = shapes;
  return cpu === memory && cpu ? cpu : 'Burstable';
}

function amountsOf(amounts: ResourceRequirements['requests']): Amounts {
  const isCounted = (resource: string) => resource === 'cpu' || resource === 'memory';
  return new Map(
    Object.entries(amounts ?? {}).map(([resource, amount]) => [
      resource,
      isCounted(resource) ? nanos(amount) : 0,
    ]),
  );
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
