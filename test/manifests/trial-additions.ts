import type { PatchOperation } from '../../src/injection/patch/patch-operation.ts';
import { isObject, type Json, type JsonObject } from '../../src/kubernetes/json.ts';
import { jsonPointer } from '../../src/kubernetes/json-pointer.ts';

/** What a trial puts into an object, and what takes the same out again. */
export interface TrialAdditions {
  readonly additions: readonly PatchOperation[];
  /** Names entries only, the last one first, as whoever takes a sidecar out does. */
  readonly removals: readonly PatchOperation[];
}

/** Adds what a sidecar would to wherever the object keeps a pod, and an annotation to whatever has metadata. */
export function trialAdditions(object: JsonObject): TrialAdditions {
  const parts = [...annotationsOf([], object), ...podPaths.flatMap(path => podAdditions(path, object))];
  return {
    additions: parts.flatMap(({ additions }) => additions),
    removals: parts.flatMap(({ removals }) => removals).toReversed(),
  };
}

const podPaths: readonly (readonly string[])[] = [
  [],
  ['spec', 'template'],
  ['spec', 'jobTemplate', 'spec', 'template'],
];

function podAdditions(path: readonly string[], object: JsonObject): readonly TrialAdditions[] {
  const spec = valueAt(object, [...path, 'spec']);
  if (!isObject(spec) || !isList(spec['containers'])) return [];
  const at = [...path, 'spec'];
  return [
    ...(path.length > 0 ? annotationsOf(path, object) : []),
    ...listAdditions([...at, 'volumes'], spec['volumes'], volumes, 'end'),
    ...inContainers([...at, 'initContainers'], spec['initContainers']),
    ...listAdditions([...at, 'initContainers'], spec['initContainers'], initContainers, 'start'),
    ...inContainers([...at, 'containers'], spec['containers']),
    ...listAdditions([...at, 'containers'], spec['containers'], containers, 'end'),
  ];
}

function inContainers(path: readonly string[], list: Json | undefined): readonly TrialAdditions[] {
  if (!isList(list)) return [];
  return list.flatMap((container, index) => {
    if (!isObject(container)) return [];
    const at = [...path, String(index)];
    return [
      ...listAdditions([...at, 'volumeMounts'], container['volumeMounts'], mounts, 'end'),
      ...(index === 0 ? listAdditions([...at, 'env'], container['env'], variables, 'end') : []),
    ];
  });
}

/** The entries in a list that is there, or a list of them where there is none. */
function listAdditions(
  path: readonly string[],
  present: Json | undefined,
  values: readonly Json[],
  place: 'start' | 'end',
): readonly TrialAdditions[] {
  if (present !== undefined && present !== null && !isList(present)) return [];
  const first = isList(present) && place === 'end' ? present.length : 0;
  const removals = values.map((_, index) => ({
    op: 'remove' as const,
    path: jsonPointer(...path, String(first + index)),
  }));
  if (!isList(present)) return [{ additions: [add(path, values)], removals }];
  const additions = values.map((value, index) =>
    add([...path, place === 'end' ? '-' : String(index)], value),
  );
  return [{ additions, removals }];
}

function annotationsOf(path: readonly string[], object: JsonObject): readonly TrialAdditions[] {
  const metadata = valueAt(object, [...path, 'metadata']);
  if (metadata !== undefined && metadata !== null && !isObject(metadata)) return [];
  const at = [...path, 'metadata', 'annotations'];
  const present = metadata?.['annotations'];
  if (present !== undefined && present !== null && !isObject(present)) return [];
  const removals = Object.keys(annotations).map(key => ({
    op: 'remove' as const,
    path: jsonPointer(...at, key),
  }));
  if (isObject(present)) {
    return [
      { additions: Object.entries(annotations).map(([key, value]) => add([...at, key], value)), removals },
    ];
  }
  // An object without metadata is none that kubectl takes, but a template may be.
  if (!isObject(metadata))
    return path.length === 0 ? [] : [{ additions: [add(at.slice(0, -1), { annotations })], removals }];
  return [{ additions: [add(at, annotations)], removals }];
}

function add(path: readonly string[], value: unknown): PatchOperation {
  return { op: 'add', path: jsonPointer(...path), value };
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function valueAt(object: JsonObject, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (below, key) => (isObject(below) && Object.hasOwn(below, key) ? below[key] : undefined),
    object,
  );
}

const status = JSON.stringify({ 'git-sync': { hash: '0644', containers: ['git-sync'], volumes: ['a'] } });

const annotations = { 'trial.example.com/status': status, 'trial.example.com/answer': 'n' } as const;

const volumes = [
  { name: 'trial-content', emptyDir: { sizeLimit: '1Gi' } },
  {
    name: 'trial-key',
    secret: { secretName: 'trial-key', defaultMode: 288, items: [{ key: 'ssh', path: '0644' }] },
  },
];

const initContainers = [
  {
    name: 'trial-first',
    image: 'registry.example.com/trial@sha256:0123',
    args: ['--once', '1e3', 'null', ''],
    restartPolicy: 'Always',
    securityContext: { runAsUser: 65_533, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    resources: {},
  },
];

const containers = [
  {
    name: 'trial-second',
    image: 'registry.example.com:5000/trial:1.0',
    command: ['sh', '-c', 'set -e\nif true; then\n  echo "a: # b"\n\nfi\n'],
    ports: [{ containerPort: 8080, name: 'trial' }],
    readinessProbe: { httpGet: { path: '/', port: 'trial' }, periodSeconds: 5 },
  },
];

const mounts = [{ name: 'trial-content', mountPath: '/trial', readOnly: true }];

const variables = [
  { name: 'TRIAL_ONE', value: '1_000' },
  { name: 'TRIAL_POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
];
