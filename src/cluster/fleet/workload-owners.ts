/**
 * Whose pods they are: the owner of owners, up to the object that nobody else controls.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
 */
import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import type { ApiClient } from '../api-client.ts';
import { isRefused } from '../api-error.ts';
import { listPages } from '../list-objects.ts';
import { type ApiResource, knownResources, pathOf, resourceOf } from '../objects/resources.ts';

/** A controller as a reference to it names it. */
interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** An owner in its namespace, and the labels of the pod that it is looked for. */
interface Climb {
  readonly namespace: string;
  readonly labels: unknown;
}

type Client = Pick<ApiClient, 'request'>;

/** Finds the workloads of pods. What controls most pods is read in lists at the start, the rest when it is needed. */
export class WorkloadOwners {
  readonly #client: Client;
  /** What controls an object, by {@link keyOf}; undefined where nobody does, or where that may not be known. */
  readonly #owners = new Map<string, Promise<Owner | undefined> | Owner | undefined>();
  readonly #resources = new Map<string, Promise<ApiResource | undefined>>();
  /** The kinds that may not be listed. */
  readonly #unlisted = new Set<string>();
  /** Each name once: there are fewer workloads than pods. */
  readonly #names = new Map<string, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Reads the metadata of what controls most pods, in a namespace or in all. */
  async load(namespace: string | undefined): Promise<void> {
    await Promise.all(listed.map(resource => this.#list(resource, namespace)));
  }

  /** Names the workload of a pod, as in `shop/Deployment/web`; a pod that nobody controls is its own. */
  async workloadOf({ metadata }: Pick<RunningPod, 'metadata'>): Promise<string> {
    const { namespace, name, labels } = metadata;
    let owner: Owner = { apiVersion: 'v1', kind: 'Pod', name };
    let next = controllerOf(metadata);
    for (let level = 0; next !== undefined && level < maxLevels; level += 1) {
      owner = next;
      next = await this.#ownerOf(owner, { namespace, labels });
    }
    const found = `${namespace}/${kindOf(owner)}/${owner.name}`;
    const known = this.#names.get(found) ?? found;
    this.#names.set(known, known);
    return known;
  }

  async #list(resource: ApiResource, namespace: string | undefined): Promise<void> {
    const path = pathOf({ ...resource, isClusterScoped: namespace === undefined }, namespace ?? '');
    const { kind } = resource;
    const apiVersion = `${resource.group}/${resource.version}`;
    try {
      for await (const { items } of listPages(this.#client, { path, onlyMetadata: true })) {
        for (const { metadata } of items) {
          const name = String(at(metadata, ['name']));
          const key = keyOf({ apiVersion, kind, name }, String(at(metadata, ['namespace'])));
          this.#owners.set(key, controllerOf(metadata));
        }
      }
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.#unlisted.add(kindOf({ apiVersion, kind }));
    }
  }

  async #ownerOf(owner: Owner, { namespace, labels }: Climb): Promise<Owner | undefined> {
    if (this.#unlisted.has(kindOf(owner))) return ownerByName(owner, labels);
    const key = keyOf(owner, namespace);
    if (!this.#owners.has(key)) this.#owners.set(key, this.#ask(owner, namespace));
    try {
      return await this.#owners.get(key);
    } catch (error) {
      // The next pod asks again.
      this.#owners.delete(key);
      throw error;
    }
  }

  /** What may not be read, or is there no longer, is as far as it can be known. */
  async #ask(owner: Owner, namespace: string): Promise<Owner | undefined> {
    const resource = await this.#resourceOf(owner);
    if (resource === undefined) return undefined;
    const path = pathOf(resource, namespace, owner.name);
    try {
      const { metadata } = await this.#client.request({ method: 'GET', path, onlyMetadataOf: 'object' });
      return controllerOf(metadata);
    } catch (error) {
      if (isRefused(error)) return undefined;
      throw error;
    }
  }

  #resourceOf({ apiVersion, kind }: Owner): Promise<ApiResource | undefined> {
    const key = `${apiVersion}/${kind}`;
    const [version = '', group = ''] = apiVersion.split('/').toReversed();
    const found = this.#resources.get(key) ?? resourceOf(this.#client, { group, version, kind });
    this.#resources.set(key, found);
    return found;
  }
}

/** Controllers are not stacked higher; owners in a circle end here too. */
const maxLevels = 5;

const listed = knownResources.filter(({ group }) => group === 'apps' || group === 'batch');

/** ReplicaSets are called like their owner and the value of this label of their pods. */
const namedAfterOwner = [
  { label: 'pod-template-hash', apiVersion: 'apps/v1', kind: 'Deployment' },
  { label: 'rollouts-pod-template-hash', apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' },
] as const;

/** The owner of a ReplicaSet that may not be read. Jobs do not say in their name whether it was a CronJob that made them. */
function ownerByName({ kind, name }: Owner, labels: unknown): Owner | undefined {
  if (kind !== 'ReplicaSet') return undefined;
  for (const { label, ...owner } of namedAfterOwner) {
    const end = `-${String(at(labels, [label]))}`;
    if (name.endsWith(end)) return { ...owner, name: name.slice(0, -end.length) };
  }
  return undefined;
}

function controllerOf(metadata: unknown): Owner | undefined {
  const references = at(metadata, ['ownerReferences']);
  if (!Array.isArray(references)) return undefined;
  const owner = references.filter(isObject).find(({ controller }) => controller === true);
  return owner && readOwner(owner);
}

function readOwner({ apiVersion, kind, name }: JsonObject): Owner {
  return { apiVersion: String(apiVersion), kind: String(kind), name: String(name) };
}

function keyOf(owner: Owner, namespace: string): string {
  return `${namespace}/${kindOf(owner)}/${owner.name}`;
}

/** With the group where others may have a kind of that name, as kubectl takes it. */
function kindOf({ apiVersion, kind }: Pick<Owner, 'apiVersion' | 'kind'>): string {
  const [, group = ''] = apiVersion.split('/').toReversed();
  return ['', 'apps', 'batch'].includes(group) ? kind : `${kind}.${group}`;
}
