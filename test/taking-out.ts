/** Takes sidecars out of a pod by what the status annotation says of them, and by nothing else. */
import { isObject, type Json, type JsonObject } from '../src/kubernetes/json.ts';
import { listSeparators } from './additions.ts';

const statusKey = 'sidecar.io/status';
/** The field of an entry that has the names which stand in a list that is ours as a whole. */
const namesOfLists: Readonly<Record<string, string>> = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': 'volumes',
  'eks.amazonaws.com/skip-containers': 'containers',
  'azure.workload.identity/skip-containers': 'containers',
};

/**
 * The pod without these sidecars, or without all that the status names. What another entry names too stays, and so does
 * the status where an entry is left. A list that becomes empty goes: the API server sends none.
 */
export function takenOut(pod: JsonObject, names?: readonly string[]): JsonObject {
  const metadata = objectAt(pod, 'metadata');
  const annotations = objectAt(metadata, 'annotations');
  const status = JSON.parse(String(annotations[statusKey])) as Readonly<Record<string, JsonObject>>;
  const isTaken = ([name]: readonly [string, JsonObject]) => names?.includes(name) ?? true;
  const kept = Object.entries(status).filter(entry => !isTaken(entry));
  const taken = Object.entries(status).filter(isTaken);
  const gone = (field: string): ReadonlySet<string> => {
    const still = new Set(kept.flatMap(([, entry]) => textsAt(entry, field)));
    return new Set(taken.flatMap(([, entry]) => textsAt(entry, field)).filter(text => !still.has(text)));
  };
  return {
    ...pod,
    metadata: {
      ...metadata,
      annotations: annotationsWithout(annotations, gone, kept),
    },
    spec: specWithout(objectAt(pod, 'spec'), gone),
  };
}

type Gone = (field: string) => ReadonlySet<string>;

function annotationsWithout(
  annotations: JsonObject,
  gone: Gone,
  kept: readonly (readonly [string, JsonObject])[],
): JsonObject {
  const entries = Object.entries(annotations).flatMap(([key, value]): [string, Json][] => {
    if (gone('annotations').has(key)) return [];
    if (key === statusKey) return kept.length === 0 ? [] : [[key, JSON.stringify(Object.fromEntries(kept))]];
    const isOurs = kept.some(([, entry]) => textsAt(entry, 'annotations').includes(key));
    const field = namesOfLists[key];
    if (isOurs && field !== undefined) return [[key, listWithout(key, String(value), gone(field))]];
    const appended = [...gone('appended')].filter(text => text.startsWith(`${key}:`));
    const names = new Set(appended.map(text => text.slice(key.length + 1)));
    return [[key, names.size > 0 ? listWithout(key, String(value), names) : value]];
  });
  return Object.fromEntries(entries);
}

/** A list without these names: what was put behind it is the last of each. */
function listWithout(key: string, list: string, names: ReadonlySet<string>): string {
  const separator = listSeparators[key] ?? ',';
  const parts = list.split(separator);
  return parts.filter((name, index) => !names.has(name) || parts.lastIndexOf(name) !== index).join(separator);
}

function specWithout(spec: JsonObject, gone: Gone): JsonObject {
  const isLeft = (entry: Json, names: ReadonlySet<string>) => !names.has(nameOf(entry));
  const containers = gone('containers');
  const [mounts, variables] = [gone('mounts'), gone('env')];
  const withoutEntries = (container: Json): Json => {
    if (!isObject(container)) return container;
    const left = withList(container, 'volumeMounts', mount => {
      const path = isObject(mount) ? String(mount['mountPath']) : '';
      return !mounts.has(`${nameOf(container)}:${path}`);
    });
    return withList(left, 'env', variable => !variables.has(`${nameOf(container)}:${nameOf(variable)}`));
  };
  const kept = ['initContainers', 'containers'].reduce(
    (left, key) => withList(left, key, container => isLeft(container, containers)),
    withList(spec, 'volumes', volume => isLeft(volume, gone('volumes'))),
  );
  const entries = Object.entries(kept).map(([field, list]): [string, Json] => {
    const isOfContainers = ['initContainers', 'containers'].includes(field) && Array.isArray(list);
    return [field, isOfContainers ? list.map(withoutEntries) : list];
  });
  return Object.fromEntries(entries);
}

function withList(object: JsonObject, key: string, isLeft: (entry: Json) => boolean): JsonObject {
  const list = object[key];
  if (!Array.isArray(list)) return object;
  const left = list.filter(isLeft);
  const entries = Object.entries(object).filter(([field]) => field !== key || left.length > 0);
  return Object.fromEntries(entries.map(([field, value]) => [field, field === key ? left : value]));
}

function textsAt(entry: JsonObject, field: string): readonly string[] {
  const list = entry[field];
  return Array.isArray(list) ? list.map(String) : [];
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const entry = value[key];
  return isObject(entry) ? entry : {};
}

function nameOf(entry: Json): string {
  return isObject(entry) ? String(entry['name']) : '';
}
