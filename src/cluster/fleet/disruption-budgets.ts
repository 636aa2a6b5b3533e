/**
 * What a cluster says of how many pods may be away at a time.
 * https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets
 */
import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import { type Labels, unmetRequirement } from '../../kubernetes/label-selector.ts';
import type { ApiClient } from '../api-client.ts';
import { listPages } from '../list-objects.ts';
import { watchObjects } from '../watch-objects.ts';

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
  readonly onChange?: () => void;
  readonly onProblem?: (problem: string | undefined) => void;
}

/** Knows the PodDisruptionBudgets of a namespace or of all, and what becomes of them. */
export class DisruptionBudgets {
  readonly #client: Pick<ApiClient, 'request' | 'openLines'>;
  readonly #options: DisruptionBudgetsOptions;
  /** By namespace and uid. */
  readonly #budgets = new Map<string, Map<string, DisruptionBudget>>();

  constructor(client: Pick<ApiClient, 'request' | 'openLines'>, options: DisruptionBudgetsOptions) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Reads them, and follows them from then on until the signal ends it.
   *
   * @throws ApiError where they may not be read.
   */
  async start(): Promise<void> {
    const path = pathIn(this.#options.namespace);
    let version: string | undefined;
    for await (const { items, resourceVersion } of listPages(this.#client, { path })) {
      version ??= resourceVersion;
      for (const item of items) this.#set(readDisruptionBudget(item));
    }
    void this.#follow(path, version);
  }

  /** Those that select a pod: each of them has to allow what is done to it. */
  selecting({ namespace, labels }: ProtectedPod): readonly DisruptionBudget[] {
    return [...(this.#budgets.get(namespace)?.values() ?? [])].filter(budget => selects(budget, labels));
  }

  async #follow(path: string, resourceVersion: string | undefined): Promise<void> {
    const { signal, onChange, onProblem = () => undefined } = this.#options;
    const options = { path, resourceVersion, signal, onProblem, read: readDisruptionBudget };
    for await (const event of watchObjects(this.#client, options)) {
      if (event.kind === 'listedAnew') this.#keep(event.uids);
      if (event.kind === 'written') this.#set(event.object);
      if (event.kind === 'deleted') this.#budgets.get(event.object.namespace)?.delete(event.object.uid);
      onChange?.();
    }
  }

  #set(budget: DisruptionBudget): void {
    const known = this.#budgets.get(budget.namespace) ?? new Map<string, DisruptionBudget>();
    this.#budgets.set(budget.namespace, known.set(budget.uid, budget));
  }

  #keep(uids: ReadonlySet<string>): void {
    for (const budgets of this.#budgets.values())
      for (const uid of budgets.keys()) if (!uids.has(uid)) budgets.delete(uid);
  }
}

/** What of a pod decides on the budgets that select it. */
export interface ProtectedPod {
  readonly namespace: string;
  readonly labels: Labels;
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
