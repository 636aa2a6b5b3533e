/**
 * What a cluster says of how many pods may be away at a time.
 * https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets
 */
import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import { type Labels, unmetRequirement } from '../../kubernetes/label-selector.ts';
import type { ApiClient } from '../api-client.ts';
import { listPages } from '../list-objects.ts';
import { usualTime, type WatchTime, watchObjects } from '../watch-objects.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/ */
export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly selector: unknown;
  /** How many of its pods may become unready now, as its controller has counted. */
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  /** Whether its controller has counted since it was last changed; before that nothing may be disrupted. */
  readonly isCurrent: boolean;
}

export interface DisruptionBudgetsOptions {
  /** All namespaces where undefined. */
  readonly namespace: string | undefined;
  readonly signal: AbortSignal;
  /** Told of each that there is at first, and of what becomes of them. */
  readonly onWritten: (budget: DisruptionBudget) => void;
  readonly onGone: (budget: DisruptionBudget) => void;
  readonly onProblem?: (problem: string | undefined) => void;
  readonly time?: WatchTime;
}

/**
 * Reads the PodDisruptionBudgets of a namespace or of all, and follows them from then on until the signal ends it.
 *
 * @throws ApiError where they may not be read.
 */
export async function followDisruptionBudgets(
  client: Pick<ApiClient, 'request' | 'openLines'>,
  options: DisruptionBudgetsOptions,
): Promise<void> {
  const path = pathIn(options.namespace);
  const known = new Map<string, DisruptionBudget>();
  let version: string | undefined;
  for await (const { items, resourceVersion } of listPages(client, { path })) {
    version ??= resourceVersion;
    for (const item of items) take(readDisruptionBudget(item), known, options);
  }
  void follow(client, { path, resourceVersion: version, known, options });
}

interface Following {
  readonly path: string;
  readonly resourceVersion: string | undefined;
  /** By namespace and name: one that was made anew takes the place of the one before. */
  readonly known: Map<string, DisruptionBudget>;
  readonly options: DisruptionBudgetsOptions;
}

async function follow(
  client: Pick<ApiClient, 'request' | 'openLines'>,
  { path, resourceVersion, known, options }: Following,
): Promise<void> {
  const { signal, onGone, onProblem = () => undefined, time = usualTime } = options;
  const watch = { path, resourceVersion, signal, onProblem, time, read: readDisruptionBudget };
  for await (const event of watchObjects(client, watch)) {
    if (event.kind === 'written') take(event.object, known, options);
    else {
      const isGone = ({ uid }: DisruptionBudget) =>
        event.kind === 'deleted' ? uid === event.object.uid : !event.uids.has(uid);
      for (const [key, budget] of [...known]) if (isGone(budget) && known.delete(key)) onGone(budget);
    }
  }
}

function take(
  budget: DisruptionBudget,
  known: Map<string, DisruptionBudget>,
  { onWritten }: DisruptionBudgetsOptions,
): void {
  known.set(`${budget.namespace}/${budget.name}`, budget);
  onWritten(budget);
}

/** An empty selector selects all pods of its namespace; one that is missing selects none. */
export function selects({ selector }: Pick<DisruptionBudget, 'selector'>, labels: Labels): boolean {
  return isObject(selector) && unmetRequirement(selector, labels) === undefined;
}

/** Takes a number that is missing for none, so that what was not counted yet allows nothing. */
export function readDisruptionBudget({ metadata, spec, status }: JsonObject): DisruptionBudget {
  const text = (key: string) => String(at(metadata, [key]) ?? '');
  const count = (key: string) => Number(at(status, [key]) ?? 0);
  return {
    namespace: text('namespace'),
    name: text('name'),
    uid: text('uid'),
    selector: at(spec, ['selector']),
    disruptionsAllowed: count('disruptionsAllowed'),
    currentHealthy: count('currentHealthy'),
    desiredHealthy: count('desiredHealthy'),
    isCurrent: count('observedGeneration') >= Number(at(metadata, ['generation']) ?? 0),
  };
}

function pathIn(namespace: string | undefined): string {
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/apis/policy/v1${place}/poddisruptionbudgets`;
}
