import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { unlessMissing } from '../api-error.ts';

/** A kind of object by the names that the API server has for it. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  /** The plural, as in paths. */
  readonly resource: string;
  readonly kind: string;
  /** Whether its objects are in no namespace. */
  readonly isClusterScoped?: boolean;
}

type Client = Pick<ApiClient, 'request'>;

const core = { group: '', version: 'v1' } as const;
const apps = { group: 'apps', version: 'v1' } as const;
const batch = { group: 'batch', version: 'v1' } as const;

/** What needs no question, with the words that kubectl takes for it. */
export const knownResources: readonly (ApiResource & { readonly words: readonly string[] })[] = [
  { ...core, resource: 'pods', kind: 'Pod', words: ['po'] },
  { ...core, resource: 'replicationcontrollers', kind: 'ReplicationController', words: ['rc'] },
  { ...core, resource: 'services', kind: 'Service', words: ['svc'] },
  { ...core, resource: 'namespaces', kind: 'Namespace', words: ['ns'], isClusterScoped: true },
  { ...apps, resource: 'deployments', kind: 'Deployment', words: ['deploy'] },
  { ...apps, resource: 'replicasets', kind: 'ReplicaSet', words: ['rs'] },
  { ...apps, resource: 'statefulsets', kind: 'StatefulSet', words: ['sts'] },
  { ...apps, resource: 'daemonsets', kind: 'DaemonSet', words: ['ds'] },
  { ...batch, resource: 'jobs', kind: 'Job', words: [] },
  { ...batch, resource: 'cronjobs', kind: 'CronJob', words: ['cj'] },
];

/**
 * Finds the resource that a person calls by this word: singular, plural or short, in capitals or not, with its group
 * where there are several (`rollouts.argoproj.io`). Undefined where the API server has none of that name.
 */
export async function findResource(client: Client, word: string): Promise<ApiResource | undefined> {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const group = rest.join('.');
  const own = knownResources.find(
    candidate => isCalled(candidate, name) && (group === '' || group === candidate.group),
  );
  if (own !== undefined) return own;
  const groups = await groupsOf(client);
  for (const candidate of groups.filter(found => group === '' || group === found.group)) {
    const found = await findIn(client, candidate, ({ words }) => words.includes(name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds the resource of a kind, as objects name it. */
export async function resourceOf(
  client: Client,
  { group, version, kind }: Pick<ApiResource, 'group' | 'version' | 'kind'>,
): Promise<ApiResource | undefined> {
  const own = knownResources.find(candidate => candidate.kind === kind && candidate.group === group);
  return own ?? findIn(client, { group, version }, candidate => candidate.kind === kind);
}

function isCalled({ resource, kind, words }: (typeof knownResources)[number], name: string): boolean {
  return resource === name || kind.toLowerCase() === name || words.includes(name);
}

type GroupVersion = Pick<ApiResource, 'group' | 'version'>;

/** Every group in the version that it prefers: https://kubernetes.io/docs/reference/using-api/api-concepts/#discovery */
async function groupsOf(client: Client): Promise<readonly GroupVersion[]> {
  const { groups } = await client.request({ method: 'GET', path: '/apis' });
  const named = (Array.isArray(groups) ? groups : []).map(group => ({
    group: String(at(group, ['name'])),
    version: String(at(group, ['preferredVersion', 'version'])),
  }));
  return [core, ...named];
}

interface NamedResource {
  readonly kind: string;
  readonly words: readonly string[];
}

async function findIn(
  client: Client,
  { group, version }: GroupVersion,
  isMeant: (resource: NamedResource) => boolean,
): Promise<ApiResource | undefined> {
  // A group whose server is away is as good as none: the others are asked all the same.
  const list = await unlessMissing(
    client.request({ method: 'GET', path: groupPath({ group, version }) }),
  ).catch(() => undefined);
  const resources = Array.isArray(list?.['resources']) ? list['resources'].filter(isObject) : [];
  const found = resources.find(
    resource => !String(resource['name']).includes('/') && isMeant(namesOf(resource)),
  );
  return (
    found && {
      ...{ group, version, resource: String(found['name']), kind: String(found['kind']) },
      ...(found['namespaced'] === false ? { isClusterScoped: true } : {}),
    }
  );
}

function namesOf({ name, singularName, shortNames, kind }: JsonObject): NamedResource {
  const short = Array.isArray(shortNames) ? shortNames : [];
  return {
    kind: String(kind),
    words: [name, singularName, ...short, kind].map(word => String(word).toLowerCase()),
  };
}

function groupPath({ group, version }: GroupVersion): string {
  return group === ''
    ? `/api/${version}`
    : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
}

/** Where the objects of a resource are, in a namespace where they are in one. */
export function pathOf(resource: ApiResource, namespace: string, name?: string): string {
  const place = resource.isClusterScoped ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const list = `${groupPath(resource)}${place}/${resource.resource}`;
  return name === undefined ? list : `${list}/${encodeURIComponent(name)}`;
}
