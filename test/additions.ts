/** What a patch may do to a pod, told by comparing pods and not by asking the code that makes the patch. */
import { isObject, type Json, type JsonObject } from '../src/kubernetes/json.ts';

/** What the operator's policy allows beside. */
interface Allowed {
  readonly pullSecrets?: readonly string[] | undefined;
}

/**
 * The patched pod without everything that was added to it: the pod that the user wrote. To be compared as JSON text, so
 * that the order of keys and entries counts too.
 */
export function withoutAdditions(before: JsonObject, after: JsonObject, allowed: Allowed = {}): JsonObject {
  const metadata = objectAt(after, 'metadata');
  const written = objectAt(objectAt(before, 'metadata'), 'annotations');
  const annotations = Object.entries(objectAt(metadata, 'annotations'))
    .filter(([key]) => Object.hasOwn(written, key))
    .map(([key, value]) => [key, isPromisedChange(key, written[key], value) ? written[key] : value]);
  return {
    ...after,
    metadata: withMap(objectAt(before, 'metadata'), metadata, Object.fromEntries(annotations)),
    spec: specWithout(objectAt(before, 'spec'), objectAt(after, 'spec'), allowed),
  };
}

/** A pod that had no annotations is to have none again. */
function withMap(before: JsonObject, after: JsonObject, annotations: JsonObject): JsonObject {
  if (isObject(before['annotations'])) return { ...after, annotations };
  const entries = Object.entries(after).filter(
    ([key]) => key !== 'annotations' || Object.hasOwn(before, key),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, key === 'annotations' ? null : value]));
}

/** Lists that other programs read, and what is between their names: names may be put behind what the user wrote. */
export const listSeparators: Readonly<Record<string, string>> = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': ',',
  'eks.amazonaws.com/skip-containers': ',',
  'azure.workload.identity/skip-containers': ';',
};

function isPromisedChange(key: string, written: Json | undefined, value: Json): boolean {
  // Only the injector writes it, so it may add to what it wrote.
  if (key === 'sidecar.io/status') return true;
  const separator = listSeparators[key];
  if (separator === undefined) return false;
  return written === '' || String(value).startsWith(`${String(written)}${separator}`);
}

function specWithout(before: JsonObject, after: JsonObject, { pullSecrets }: Allowed): JsonObject {
  const names = new Set([...listAt(before, 'initContainers'), ...listAt(before, 'containers')].map(nameOf));
  const kept = listAt(after, 'initContainers').filter(container => names.has(nameOf(container)));
  const initContainers = withoutEntries(listAt(before, 'initContainers'), kept);
  const containers = withoutEntries(listAt(before, 'containers'), listAt(after, 'containers'));
  const spec = Array.isArray(before['containers']) ? { ...after, containers } : after;
  const lists = pullSecrets ? ['volumes', 'imagePullSecrets'] : ['volumes'];
  const others = lists.reduce((left, key) => withoutTail(before, left, key), spec);
  return withList(before, others, {
    key: 'initContainers',
    value: initContainers,
  });
}

/** Takes away the mounts and variables that containers got; there may be none that were not there. */
function withoutEntries(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  return before.map((container, index) => {
    const patched = after[index];
    if (!isObject(container) || !isObject(patched)) return null;
    return ['volumeMounts', 'env'].reduce((left, key) => withoutTail(container, left, key), patched);
  });
}

/** Takes away what was appended to a list; where there was no list, the whole of it. */
function withoutTail(before: JsonObject, after: JsonObject, key: string): JsonObject {
  return withList(before, after, { key, value: listAt(after, key).slice(0, listAt(before, key).length) });
}

function withList(
  before: JsonObject,
  after: JsonObject,
  { key, value }: { readonly key: string; readonly value: readonly Json[] },
): JsonObject {
  const entries = Object.entries(after).flatMap(([field, present]): [string, Json][] => {
    if (field !== key) return [[field, present]];
    if (!Object.hasOwn(before, key)) return [];
    return [[field, Array.isArray(before[key]) ? value : null]];
  });
  return Object.fromEntries(entries);
}

/** The promise of where something is added: never over what is there, and to the app's containers only when asked. */
export function isPromisedPath(path: string, before: JsonObject, { pullSecrets }: Allowed = {}): boolean {
  const spec = objectAt(before, 'spec');
  if (/^\/metadata\/annotations\/[^/]+$/.test(path)) return true;
  if (path === '/metadata/annotations') return !isObject(objectAt(before, 'metadata')['annotations']);
  if (/^\/spec\/(volumes\/-|containers\/-|initContainers\/(-|0|[1-9]\d*))$/.test(path)) return true;
  const isList = Array.isArray(spec['imagePullSecrets']);
  if (pullSecrets && path === `/spec/imagePullSecrets${isList ? '/-' : ''}`) return true;
  const whole = /^\/spec\/(volumes|initContainers)$/.exec(path)?.[1];
  if (whole !== undefined) return !Array.isArray(spec[whole]);
  const place = /^\/spec\/(containers|initContainers)\/(\d+)\/(volumeMounts|env)(\/-)?$/.exec(path);
  const [, list = '', index, field = '', entry] = place ?? [];
  const container = listAt(spec, list)[Number(index)];
  if (!isObject(container) || !asksFor(field, before)) return false;
  return Array.isArray(container[field]) === (entry !== undefined);
}

function asksFor(field: string, pod: JsonObject): boolean {
  const annotations = Object.entries(objectAt(objectAt(pod, 'metadata'), 'annotations'));
  return field === 'env'
    ? annotations.some(([key, value]) => /^sidecar\.io\/[^.]+\.env$/.test(key) && value === 'true')
    : annotations.some(([key]) => /^sidecar\.io\/[^.]+\.mount$/.test(key));
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const entry = Object.hasOwn(value, key) ? value[key] : undefined;
  return isObject(entry) ? entry : {};
}

function listAt(value: JsonObject, key: string): readonly Json[] {
  const entry = value[key];
  return Array.isArray(entry) ? entry : [];
}

function nameOf(entry: Json): Json | undefined {
  return isObject(entry) ? entry['name'] : undefined;
}
