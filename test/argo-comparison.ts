/**
 * Whether Argo CD would call an object OutOfSync, by its own default, the three-way comparison of `ThreeWayDiff` in
 * https://github.com/argoproj/argo-cd/blob/37ee0097cf/gitops-engine/pkg/diff/diff.go: what was applied last and what is in
 * Git make a patch, and the object is in sync where the patch changes nothing about it. This is the stricter of the two:
 * Argo CD fills in the defaults of Kubernetes on both sides before it compares.
 */
import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../src/kubernetes/json.ts';

/** The paths at which the patch would change the live object, as in `spec.template.spec.containers.web.image`. */
export function outOfSync(config: JsonObject, live: JsonObject): readonly string[] {
  const text = (live['metadata'] as JsonObject | undefined)?.['annotations'];
  const lastApplied = isObject(text) ? text[lastAppliedKey] : undefined;
  // Without what was applied last, what is in Git stands for it.
  const original: JsonObject = typeof lastApplied === 'string' ? JSON.parse(lastApplied) : config;
  const [before, wanted] = [withoutNamespace(original), withoutNamespace(config)];
  const now = withoutCreation(live);
  return differences(now, patched(now, wanted, before, { key: '', mergesLists: isBuiltIn(config) }), '');
}

const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration';

/** Of custom resources lists are replaced as a whole. */
function isBuiltIn({ apiVersion }: JsonObject): boolean {
  return /^(?:[a-z0-9]+\/|[a-z.]+\.k8s\.io\/)?v1$/.test(String(apiVersion));
}

function withoutNamespace(object: JsonObject): JsonObject {
  const {
    namespace: _namespace,
    creationTimestamp: _created,
    ...metadata
  } = object['metadata'] as JsonObject;
  return { ...object, metadata };
}

function withoutCreation(object: JsonObject): JsonObject {
  const { creationTimestamp: _created, ...metadata } = object['metadata'] as JsonObject;
  return { ...object, metadata };
}

interface Place {
  readonly key: string;
  readonly mergesLists: boolean;
}

/** What the live value becomes: fields of Git as they are there, those that went out of Git since then gone, others as they are. */
function patched(live: Json | undefined, wanted: Json, before: Json | undefined, place: Place): Json {
  if (isObject(wanted)) return patchedObject(isObject(live) ? live : {}, wanted, { before, place });
  const mergeKey = Array.isArray(wanted) && place.mergesLists ? mergeKeyOf(place.key, wanted) : undefined;
  if (Array.isArray(wanted) && Array.isArray(live) && mergeKey !== undefined)
    return patchedList(live, wanted, { before: Array.isArray(before) ? before : [], mergeKey, place });
  return wanted;
}

function patchedObject(
  live: JsonObject,
  wanted: JsonObject,
  { before, place }: { readonly before: Json | undefined; readonly place: Place },
): JsonObject {
  const applied = isObject(before) ? before : {};
  const kept = Object.entries(live).filter(([key]) => !(key in applied) || key in wanted);
  const set = Object.entries(wanted).map(([key, value]) => [
    key,
    patched(live[key], value, applied[key], { ...place, key }),
  ]);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(set) };
}

/** Entries are found by their key, wherever they stand. */
function patchedList(
  live: readonly Json[],
  wanted: readonly Json[],
  {
    before,
    mergeKey,
    place,
  }: { readonly before: readonly Json[]; readonly mergeKey: string; readonly place: Place },
): readonly Json[] {
  const entry = (list: readonly Json[], name: Json | undefined) =>
    list.find(candidate => isObject(candidate) && candidate[mergeKey] === name);
  const nameOf = (candidate: Json) => (isObject(candidate) ? candidate[mergeKey] : candidate);
  const kept = live.filter(
    candidate =>
      entry(before, nameOf(candidate)) === undefined || entry(wanted, nameOf(candidate)) !== undefined,
  );
  const merged = kept.map(candidate => {
    const inGit = entry(wanted, nameOf(candidate));
    return inGit === undefined
      ? candidate
      : patched(candidate, inGit, entry(before, nameOf(candidate)), place);
  });
  const added = wanted.filter(candidate => entry(live, nameOf(candidate)) === undefined);
  return [...merged, ...added];
}

function mergeKeyOf(list: string, [first]: readonly Json[]): string | undefined {
  // Of a Service; those of a container have the other.
  return list === 'ports' && isObject(first) && 'port' in first ? 'port' : mergeKeys[list];
}

/** `patchMergeKey` in the types of Kubernetes, of those lists that manifests of this project have. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  env: 'name',
  ports: 'containerPort',
  topologySpreadConstraints: 'topologyKey',
  webhooks: 'name',
  matchConditions: 'name',
  variables: 'name',
  imagePullSecrets: 'name',
};

function differences(live: Json | undefined, predicted: Json | undefined, path: string): readonly string[] {
  if (isDeepStrictEqual(live, predicted)) return [];
  if (!isObject(live) || !isObject(predicted)) return [path];
  const keys = new Set([...Object.keys(live), ...Object.keys(predicted)]);
  return [...keys].flatMap(key =>
    differences(live[key], predicted[key], path === '' ? key : `${path}.${key}`),
  );
}
