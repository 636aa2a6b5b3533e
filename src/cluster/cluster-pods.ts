import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { type RunningPod, readRunningPod } from '../kubernetes/running-pod.ts';
import { excludedBeside } from '../namespaces/excluded-namespaces.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError, unlessMissing } from './api-error.ts';
import { eventTimeMs } from './event-time.ts';
import { listPages } from './list-objects.ts';
import { upgradeFieldManager } from './names.ts';
import { namespacesPath } from './namespace-objects.ts';
import { namespaceOfInjector } from './namespace-of-injector.ts';
import { readRegistration } from './registration.ts';
import { type ObjectEvent, type ObjectWatchOptions, watchObjects } from './watch-objects.ts';

/** Which pods are meant. */
export interface PodSelection {
  /** All namespaces where undefined. */
  readonly namespace: string | undefined;
  /** A label selector as kubectl takes it. */
  readonly selector: string | undefined;
}

export interface PodPage {
  readonly pods: readonly RunningPod[];
  readonly resourceVersion: string;
  /** About how many come after it, where the API server says so. */
  readonly remaining: number | undefined;
}

export type PodWatchOptions = Pick<
  ObjectWatchOptions<RunningPod>,
  'resourceVersion' | 'signal' | 'onProblem'
>;

/** What the kubelet warns of in an event. */
export interface PodWarning {
  /** As in `spec.initContainers{web}`; empty where the event is about the whole pod. */
  readonly fieldPath: string;
  readonly message: string;
}

/** Lists, reads and patches pods, each as the API server wrote it. */
export class ClusterPods {
  readonly #client: Pick<ApiClient, 'request' | 'openLines'>;

  constructor(client: Pick<ApiClient, 'request' | 'openLines'>) {
    this.#client = client;
  }

  /** In the order of their namespaces and names. */
  async list(selection: PodSelection): Promise<readonly RunningPod[]> {
    const pods: RunningPod[] = [];
    for await (const page of this.pages(selection)) pods.push(...page);
    return pods;
  }

  /** The same, a page at a time, for who keeps none of them. */
  async *pages(selection: PodSelection): AsyncGenerator<readonly RunningPod[], void> {
    for await (const { pods } of this.versionedPages(selection)) yield pods;
  }

  /** The same, with the version of each page: a watch goes on from that of the first one. */
  async *versionedPages(selection: PodSelection): AsyncGenerator<PodPage, void> {
    for await (const { items, resourceVersion, remaining } of this.#listed(selection))
      yield { pods: items.map(pod => readRunningPod(pod)), resourceVersion, remaining };
  }

  /**
   * Tells what becomes of the pods of a namespace, or of all, until its signal ends it; see {@link watchObjects}. All of
   * them: one that changes its labels would seem to be deleted to who selects by them.
   */
  watch(
    namespace: string | undefined,
    options: PodWatchOptions,
  ): AsyncGenerator<ObjectEvent<RunningPod>, void> {
    const read = (pod: JsonObject) => readRunningPod(pod);
    const pages = () => this.#listed({ namespace, selector: undefined });
    return watchObjects(this.#client, { ...options, path: podsPath(namespace), read, pages });
  }

  #listed({ namespace, selector }: PodSelection) {
    const query = { limit: String(pageSize), ...(selector === undefined ? {} : { labelSelector: selector }) };
    return listPages(this.#client, { path: podsPath(namespace), query });
  }

  /** Undefined where there is no such pod. */
  async read(key: { readonly namespace: string; readonly name: string }): Promise<RunningPod | undefined> {
    const path = podPath(key);
    const found = await unlessMissing(this.#client.request({ method: 'GET', path, timeoutMs }));
    return found && readRunningPod(found);
  }

  /** Applies a JSON Patch and returns the pod after it; undefined where there is no such pod. */
  async patch(
    key: { readonly namespace: string; readonly name: string },
    operations: readonly { readonly op: string; readonly path: string; readonly value: Json }[],
  ): Promise<RunningPod | undefined> {
    const patched = await unlessMissing(
      this.#client.request({
        method: 'PATCH',
        timeoutMs,
        path: `${podPath(key)}?fieldManager=${upgradeFieldManager}`,
        contentType: 'application/json-patch+json',
        body: operations.map(({ op, path, value }) => ({ op, path, value })),
      }),
    );
    return patched && readRunningPod(patched);
  }

  /** The warnings about a pod, the latest last; none where they may not be read. */
  async warnings(key: { readonly namespace: string; readonly uid: string }): Promise<readonly PodWarning[]> {
    const query = new URLSearchParams({
      fieldSelector: `involvedObject.uid=${key.uid},type=Warning`,
      limit: String(pageSize),
    });
    const path = `/api/v1/namespaces/${encodeURIComponent(key.namespace)}/events?${query}`;
    const events = await this.#client
      .request({ method: 'GET', path })
      .then(page => itemsOf(page).filter(isObject), ifForbidden([]));
    return events
      .map(event => ({ atMs: eventTimeMs(event), warning: readWarning(event) }))
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ warning }) => warning);
  }

  /**
   * The namespaces whose pods never reach the injector: its own, those of the system, and those that opted out, which
   * only whoever may read namespaces gets to know.
   */
  async namespacesLeftAlone(namespace: string | undefined): Promise<ReadonlySet<string>> {
    const query = new URLSearchParams({ labelSelector: 'sidecar.io/inject=disabled' });
    if (namespace !== undefined) query.set('fieldSelector', `metadata.name=${namespace}`);
    const optedOut = await this.#client
      .request({ method: 'GET', path: `${namespacesPath}?${query}` })
      .then(namesOf, ifForbidden([]));
    return new Set([...excludedBeside(await this.#namespaceOfInjector()), ...optedOut]);
  }

  /** As the registration says; the usual one where there is none, or where it may not be read. */
  async #namespaceOfInjector(): Promise<string> {
    return namespaceOfInjector(await readRegistration(this.#client).catch(ifForbidden(undefined)));
  }
}

const pageSize = 250;

/** As long as the API server itself gives a change: one that is given up may have been made. */
const timeoutMs = 35_000;

function podsPath(namespace: string | undefined): string {
  return namespace === undefined
    ? '/api/v1/pods'
    : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

function podPath({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${podsPath(namespace)}/${encodeURIComponent(name)}`;
}

function itemsOf({ items }: JsonObject): readonly Json[] {
  return Array.isArray(items) ? items : [];
}

function namesOf(list: JsonObject): readonly string[] {
  return itemsOf(list)
    .filter(isObject)
    .map(({ metadata }) => (isObject(metadata) ? String(metadata['name']) : ''));
}

function readWarning({ involvedObject, message }: JsonObject): PodWarning {
  const fieldPath = isObject(involvedObject) ? involvedObject['fieldPath'] : undefined;
  return { fieldPath: String(fieldPath ?? ''), message: String(message ?? '') };
}

function ifForbidden<T>(standIn: T): (error: unknown) => T {
  return error => {
    if (error instanceof ApiError && error.status === 403) return standIn;
    throw error;
  };
}
