/** Whether the policies made of a pod what the webhook made of it. */
import { contentHash } from '../src/content-hash.ts';
import { isObject, type Json, type JsonObject } from '../src/kubernetes/json.ts';
import type { LossCode } from '../src/policies/losses.ts';

/** What the API server answered to the creation of a pod. */
export interface CreationAnswer {
  /** The pod as it would be stored; undefined where it was refused. */
  readonly pod: JsonObject | undefined;
  /** What was said of a refused one. */
  readonly message: string;
  readonly warnings: readonly string[];
}

export interface Comparison {
  readonly result: 'equal' | 'refused' | 'different';
  /** The line of the report that explains a difference by itself; undefined where none does. */
  readonly loss?: LossCode;
  /** What of the report shows in answers that count as alike. */
  readonly seen: readonly LossCode[];
  readonly details: readonly string[];
}

/** Compares the answers of two namespaces, one with the webhook and one with the policies. */
export function compareAnswers(webhook: CreationAnswer, policies: CreationAnswer): Comparison {
  if (webhook.pod && policies.pod) return comparePods(webhook, policies, webhook.pod, policies.pod);
  if (!webhook.pod && !policies.pod) return compareRefusals(webhook.message, policies.message);
  const details = [
    `webhook: ${webhook.message || 'admitted'}`,
    `policies: ${policies.message || 'admitted'}`,
  ];
  return { result: 'different', seen: [], details };
}

function compareRefusals(webhook: string, policies: string): Comparison {
  const details = [`webhook: ${webhook}`, `policies: ${policies}`];
  const [theirs, ours] = [codesIn(webhook), codesIn(policies)];
  if (withoutPlaces(webhook) === withoutPlaces(policies)) return { result: 'refused', seen: [], details };
  if (!isOfPolicies(policies)) {
    const loss = theirs.size > 0 && isOfApiServer(policies) ? { loss: 'validated-before' as const } : {};
    return { result: 'different', ...loss, seen: [], details };
  }
  const isPart = ours.size > 0 && [...ours].every(code => theirs.has(code));
  if (!isPart) return { result: 'different', seen: [], details };
  return { result: 'refused', seen: ours.size < theirs.size ? ['fewer-problems'] : [], details };
}

/** The API server tells several faults of a map in any order. */
function withoutPlaces(message: string): string {
  const same = message.replaceAll(/e2e-[0-9a-f]{8}/g, 'NAMESPACE').replaceAll(tokenVolume, 'token');
  return isOfApiServer(same)
    ? same
        .split(/[[\]]|, (?=metadata|spec)/)
        .sort()
        .join('\n')
    : same;
}

/** Whether a policy refused it, and with words of its own: not because an expression failed. */
function isOfPolicies(message: string): boolean {
  return message.includes('ValidatingAdmissionPolicy ') && codesIn(message).size > 0;
}

/** Whether the API server found the pod wrong by itself. */
function isOfApiServer(message: string): boolean {
  return / is invalid: |cannot be handled as a Pod/.test(message) && !message.includes('AdmissionPolicy');
}

/** The codes in brackets, each at the end of a line or before the next one. */
export function codesIn(message: string): ReadonlySet<string> {
  return new Set([...message.matchAll(/\(([a-z]+(?:-[a-z]+)+)\)(?=; |\n|$)/g)].map(([, code = '']) => code));
}

function comparePods(
  webhook: CreationAnswer,
  policies: CreationAnswer,
  ...[before, after]: readonly [JsonObject, JsonObject]
): Comparison {
  const seen = [
    ...(webhook.warnings.length > policies.warnings.length ? (['warnings'] as const) : []),
    ...(policies.warnings.some(text => text.includes('(status-by-webhook)'))
      ? (['status-by-webhook'] as const)
      : []),
  ];
  const [one, other] = [normalised(before), normalised(after)];
  const details = differences(one, other);
  if (details.length === 0) return { result: 'equal', seen, details };
  const loss = relaxations.find(
    ([, relaxed]) => differences(relaxed(one) as Json, relaxed(other) as Json).length === 0,
  )?.[0];
  return { result: 'different', ...(loss ? { loss } : {}), seen, details };
}

const tokenVolume = /kube-api-access-[a-z0-9]{5}/g;
const statusKey = 'sidecar.io/status';

/** Without what differs between any two creations of one pod, and what is the same in other words. */
function normalised(pod: JsonObject): Json {
  const { namespace, uid, creationTimestamp, managedFields, resourceVersion, generation, ...metadata } = pod[
    'metadata'
  ] as JsonObject;
  const { volumes, ...spec } = pod['spec'] as JsonObject;
  const name = metadata['generateName'] ? 'generated' : (metadata['name'] ?? '');
  const { [statusKey]: status, ...annotations } = (metadata['annotations'] ?? {}) as JsonObject;
  const told = typeof status === 'string' ? { status: normalisedStatus(status) } : {};
  const whole = {
    metadata: { ...metadata, name, annotations },
    ...told,
    spec: { ...spec, volumes: byName(volumes) },
  };
  return inKeyOrder(JSON.parse(JSON.stringify(whole).replaceAll(tokenVolume, 'token')));
}

function normalisedStatus(status: string): Json {
  const entries = parsed(status);
  if (!isObject(entries)) return status;
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, isObject(entry) ? normalisedEntry(entry) : entry]),
  );
}

/** The webhook writes the hash of what the policies write as text. */
function normalisedEntry({ by, from, mounts, ...entry }: JsonObject): JsonObject {
  const hashed = ['parameters', 'inherited'].flatMap(key => {
    const text = entry[key];
    return typeof text === 'string' ? [[key, by === 'policy' ? contentHash(text) : text] as const] : [];
  });
  // No mounts at all only say that the status is not of the oldest form, as `by` does.
  const named = Array.isArray(mounts) && mounts.length > 0 ? { mounts } : {};
  const source = typeof from === 'string' ? { from: from.replace(/^namespace .*/, 'namespace') } : {};
  return { ...entry, ...named, ...source, ...Object.fromEntries(hashed) };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function nameOf(entry: Json): string {
  return isObject(entry) ? String(entry['name']) : '';
}

function byName(list: Json | undefined): Json {
  if (!Array.isArray(list)) return [];
  return list.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Each takes away what its line of the report is about. */
const relaxations: readonly (readonly [LossCode, (pod: Json) => Json])[] = [
  ['left-out-not-marked', withoutLeftOut],
  ['order-of-lists', withListsInOrder],
];

function withoutLeftOut(pod: Json): Json {
  if (!isObject(pod) || !isObject(pod['status'])) return pod;
  const { status, ...others } = pod;
  const kept = Object.entries(status).filter(([, entry]) => !isObject(entry) || !('leftToOthers' in entry));
  return kept.length === 0 ? others : { ...others, status: Object.fromEntries(kept) };
}

const separators: Readonly<Record<string, string>> = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': ',',
  'eks.amazonaws.com/skip-containers': ',',
  'azure.workload.identity/skip-containers': ';',
};

function withListsInOrder(pod: Json): Json {
  if (!isObject(pod)) return pod;
  const { metadata, spec } = pod as { metadata: JsonObject; spec: JsonObject };
  const annotations = Object.entries(metadata['annotations'] as JsonObject).map(([key, value]) => {
    const separator = separators[key];
    return [key, separator === undefined ? value : String(value).split(separator).sort().join(separator)];
  });
  const status = isObject(pod['status']) ? { status: withNamesInOrder(pod['status']) } : {};
  return {
    ...pod,
    ...status,
    metadata: { ...metadata, annotations: Object.fromEntries(annotations) },
    spec: {
      ...spec,
      initContainers: withMountsInOrder(spec['initContainers']),
      containers: byName(withMountsInOrder(spec['containers'])),
    },
  };
}

function withNamesInOrder(status: JsonObject): JsonObject {
  const sorted = (entry: JsonObject) =>
    Object.entries(entry).map(([key, value]) => [key, Array.isArray(value) ? inOrderOfText(value) : value]);
  return Object.fromEntries(
    Object.entries(status).map(([name, entry]) => [
      name,
      isObject(entry) ? Object.fromEntries(sorted(entry)) : entry,
    ]),
  );
}

function withMountsInOrder(containers: Json | undefined): Json {
  if (!Array.isArray(containers)) return [];
  return containers.map((container: JsonObject) => ({
    ...container,
    volumeMounts: inOrderOfText(container['volumeMounts']),
    env: inOrderOfText(container['env']),
  }));
}

function inOrderOfText(list: Json | undefined): Json {
  if (!Array.isArray(list)) return [];
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function inKeyOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map(key => [key, inKeyOrder(value[key] ?? null)]));
}

/** Each place where two values differ, with what stands there. */
function differences(one: Json | undefined, other: Json | undefined, path = ''): readonly string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (isObjectOrList(one) && isObjectOrList(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].flatMap(key => differences(one[key], other[key], `${path}/${key}`));
  }
  return [`${path}: webhook ${shown(one)}, policies ${shown(other)}`];
}

function isObjectOrList(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function shown(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
