import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { type Pod, readObjectMeta, readPod } from '../../kubernetes/pod.ts';
import {
  type NamedWorkloadKind,
  readWorkload,
  type Workload,
  type WorkloadKind,
  workloadKindOf,
} from '../../kubernetes/workload.ts';

/** What an object is to the injector. */
export type ObjectRole =
  | { readonly role: 'pod'; readonly pod: Pod }
  | {
      readonly role: 'workload';
      readonly kind: WorkloadKind | NamedWorkloadKind;
      readonly workload: Workload;
    }
  /** It has pod templates, and what is written on it itself is carried into none. */
  | { readonly role: 'unwatched'; readonly templates: readonly FoundTemplate[] }
  /** What is written on it may count for the pods in it. */
  | { readonly role: 'namespace' }
  | { readonly role: 'other' };

/** A pod template somewhere in an object. */
export interface FoundTemplate {
  /** As messages name it, `spec.replicatedJobs[0].template.spec.template`. */
  readonly path: readonly string[];
  readonly workload: Workload;
}

/** What stands in `apiVersion` and `kind`. */
export interface ObjectKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export function kindOf({ apiVersion, kind }: JsonObject): ObjectKind {
  const [version = '', group = ''] = String(apiVersion ?? '')
    .split('/')
    .toReversed();
  return { group, version, kind: String(kind ?? '') };
}

/**
 * Says what an object is, after checking what is read of it.
 *
 * @throws MalformedObjectError where it is not what the Kubernetes API defines.
 */
export function roleOf(object: JsonObject, named: readonly NamedWorkloadKind[]): ObjectRole {
  const { group, kind } = kindOf(object);
  if (group === '' && kind === 'Pod') return { role: 'pod', pod: readPod(object, kind) };
  if (group === '' && kind === 'Namespace') return { role: 'namespace' };
  const workloadKind = workloadKindOf(group, kind, named);
  if (typeof workloadKind === 'string' || (workloadKind && hasTemplate(object, workloadKind))) {
    return { role: 'workload', kind: workloadKind, workload: readWorkload(workloadKind, object, kind) };
  }
  const templates = templatesIn(object, kind);
  return templates.length > 0 ? { role: 'unwatched', templates } : { role: 'other' };
}

function hasTemplate(object: JsonObject, { template }: NamedWorkloadKind): boolean {
  let below: Json | undefined = object;
  for (const key of template.split('.')) below = isObject(below) ? below[key] : undefined;
  return below !== undefined;
}

/** All pod templates below the object, wherever its kind keeps them; what has one is not looked into any further. */
function templatesIn(object: JsonObject, kind: string): readonly FoundTemplate[] {
  const found: FoundTemplate[] = [];
  const open = fieldsOf(object, []).filter(([[key]]) => key === 'spec' || key === 'template');
  // The list grows while it is gone through.
  for (const [path, value] of open) {
    if (found.length === maxTemplates) break;
    if (isPodTemplate(value)) found.push({ path, workload: workloadAround(object, kind, { path, value }) });
    else if (path.length < maxDepth) for (const field of fieldsOf(value, path)) open.push(field);
  }
  return found;
}

const maxTemplates = 20;
const maxDepth = 10;

function fieldsOf(value: Json, path: readonly string[]): (readonly [readonly string[], Json])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, below]) => [[...path, key], below as Json]);
}

function isPodTemplate(value: Json): value is JsonObject {
  return isObject(value) && isObject(value['spec']) && Array.isArray(value['spec']['containers']);
}

/** Only what the engine asks a workload for: its kind, its name and the template. */
function workloadAround(
  object: JsonObject,
  kind: string,
  { path, value }: { readonly path: readonly string[]; readonly value: JsonObject },
): Workload {
  const template = readPod({ metadata: value['metadata'] ?? {}, spec: value['spec'] ?? {} }, shownPath(path));
  return {
    kind,
    object,
    metadata: readObjectMeta(object['metadata'] ?? {}, `${kind}.metadata`),
    layers: [],
    template,
    templatePath: path,
    isTemplateFixed: false,
    claimTemplates: [],
  };
}

/** `spec.containers[0]`, from keys of maps and indices of lists. */
export function shownPath(path: readonly string[]): string {
  return path.map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}
