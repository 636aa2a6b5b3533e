import type { FailedCreation, Family } from '../../diagnosis/explanation/surroundings.ts';
import { type Fact, isKnown } from '../../diagnosis/fact.ts';
import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import { type RunningPod, readRunningPod } from '../../kubernetes/running-pod.ts';
import type { ApiClient } from '../api-client.ts';
import { unlessMissing } from '../api-error.ts';
import { eventTimeMs } from '../event-time.ts';
import { learn } from '../installation/learn.ts';
import { listObjects } from '../list-objects.ts';
import { type ApiResource, pathOf, resourceOf } from './resources.ts';

type Client = Pick<ApiClient, 'request'>;

/** What belongs to an object, and what could not be learnt of it, in words. */
export interface GatheredFamily {
  readonly family: Family;
  readonly unknown: readonly string[];
}

/** Asks for all that belongs to an object: what made it, what it made, and what leads to its pods. */
export async function gatherFamily(
  client: Client,
  object: JsonObject,
  namespace: string,
): Promise<GatheredFamily> {
  const unknown: string[] = [];
  const list = async (resource: ApiResource, query: Readonly<Record<string, string>> = {}) => {
    const listing = listObjects(client, pathOf(resource, namespace), query);
    const found = told(await learn(listing), resource.resource, unknown) ?? [];
    return found.map(item => ({ ...typeOf(resource), ...item }));
  };
  const isPod = object['kind'] === 'Pod';
  const selector = selectorOf(object);
  const owners = await ownersOf(client, object, { namespace, unknown });
  const made = childrenOf(object);
  const children = (made ? await list(made, selector) : []).filter(child => isOwnedBy(child, [object]));
  const pods = isPod ? [] : await list(resources.pods, selector);
  const services = await list(resources.services);
  const failures = { fieldSelector: 'reason=FailedCreate,type=Warning' };
  const events = isPod ? [] : await list(resources.events, failures);
  return {
    unknown,
    family: {
      owners,
      children,
      pods: pods.filter(pod => isOwnedBy(pod, [object, ...children])).map(pod => readPodOf(pod)),
      services: services.filter(service => selects(service, podLabelsOf(object))),
      failedCreations: failuresOf([object, ...children].filter(lacksPods), events),
    },
  };
}

const resources = {
  pods: { group: '', version: 'v1', resource: 'pods', kind: 'Pod' },
  services: { group: '', version: 'v1', resource: 'services', kind: 'Service' },
  events: { group: '', version: 'v1', resource: 'events', kind: 'Event' },
  replicaSets: { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet' },
  jobs: { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job' },
} as const satisfies Readonly<Record<string, ApiResource>>;

/** What the items of a list leave out. */
function typeOf({ group, version, kind }: ApiResource): JsonObject {
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind };
}

function told<T>(fact: Fact<T>, what: string, unknown: string[]): T | undefined {
  if (isKnown(fact)) return fact.value;
  unknown.push(`${what}: ${fact.unknown}`);
  return undefined;
}

function readPodOf(pod: JsonObject): RunningPod {
  return readRunningPod(pod, 'Pod');
}

/** What made an object, and what made that: a few steps are more than anybody has. */
async function ownersOf(
  client: Client,
  object: JsonObject,
  { namespace, unknown }: { readonly namespace: string; readonly unknown: string[] },
): Promise<readonly JsonObject[]> {
  const owners: JsonObject[] = [];
  let reference = controllerOf(object);
  while (reference !== undefined && owners.length < maxOwners) {
    const { apiVersion, kind, name } = reference;
    const [version = '', group = ''] = String(apiVersion).split('/').toReversed();
    const read = async () => {
      const resource = await resourceOf(client, { group, version, kind: String(kind) });
      if (resource === undefined) return undefined;
      return unlessMissing(
        client.request({ method: 'GET', path: pathOf(resource, namespace, String(name)) }),
      );
    };
    const owner = told(await learn(read()), String(kind), unknown);
    if (owner === undefined) break;
    owners.push(owner);
    reference = controllerOf(owner);
  }
  return owners;
}

const maxOwners = 5;

function referencesOf(object: JsonObject): readonly JsonObject[] {
  const references = at(object, ['metadata', 'ownerReferences']);
  return Array.isArray(references) ? references.filter(isObject) : [];
}

function controllerOf(object: JsonObject): JsonObject | undefined {
  return referencesOf(object).find(({ controller }) => controller === true);
}

function isOwnedBy(object: JsonObject, owners: readonly JsonObject[]): boolean {
  const uids = new Set(owners.map(uidOf));
  return referencesOf(object).some(({ uid }) => uids.has(String(uid)));
}

function uidOf(object: JsonObject): string {
  return String(at(object, ['metadata', 'uid']));
}

/** What a kind makes in order to have pods. */
function childrenOf({ kind }: JsonObject): ApiResource | undefined {
  if (kind === 'Deployment' || kind === 'Rollout') return resources.replicaSets;
  return kind === 'CronJob' ? resources.jobs : undefined;
}

/** The labels by which it knows its pods, as a question to the API server; all where it says so in another way. */
function selectorOf(object: JsonObject): Readonly<Record<string, string>> {
  const labels = at(object, ['spec', 'selector', 'matchLabels']);
  if (!isObject(labels)) return {};
  return {
    labelSelector: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  };
}

function podLabelsOf(object: JsonObject): unknown {
  if (object['kind'] === 'Pod') return at(object, ['metadata', 'labels']);
  const templates = [
    ['spec', 'template'],
    ['spec', 'jobTemplate', 'spec', 'template'],
  ];
  return templates.map(path => at(object, [...path, 'metadata', 'labels'])).find(isObject);
}

function selects(service: JsonObject, labels: unknown): boolean {
  const selector = at(service, ['spec', 'selector']);
  if (!isObject(selector) || !isObject(labels)) return false;
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** Whether it has fewer pods than it should: what could not be created before is of no interest any more. */
function lacksPods({ spec, status }: JsonObject): boolean {
  const count = (object: unknown, keys: readonly string[]) =>
    keys.map(key => at(object, [key])).find(value => typeof value === 'number');
  const wanted = Number(
    count(status, ['desiredNumberScheduled']) ?? count(spec, ['replicas', 'parallelism']) ?? 1,
  );
  const present = Number(count(status, ['currentNumberScheduled', 'replicas', 'active']) ?? 0);
  return at(status, ['succeeded']) === undefined && present < wanted;
}

/** The newest event of each. */
function failuresOf(makers: readonly JsonObject[], events: readonly JsonObject[]): readonly FailedCreation[] {
  const nameOf = new Map(makers.map(maker => [uidOf(maker), String(at(maker, ['metadata', 'name']))]));
  const ours = events
    .filter(event => nameOf.has(String(at(event, ['involvedObject', 'uid']))))
    .toSorted((a, b) => eventTimeMs(a) - eventTimeMs(b));
  const newest = new Map(ours.map(event => [String(at(event, ['involvedObject', 'uid'])), event]));
  return [...newest.values()].toReversed().map(({ involvedObject, message }) => ({
    by: `${at(involvedObject, ['kind'])} "${at(involvedObject, ['name'])}"`,
    message: String(message ?? ''),
  }));
}
