import { propagatedAnnotation } from '../injection/request/annotation-keys.ts';
import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import { managersOf, ownedBelow } from '../kubernetes/managed-fields.ts';
import type { Workload } from '../kubernetes/workload.ts';

/** Which annotations of a pod template were put there by somebody, as far as Kubernetes knows. */
export interface AnnotationManagers {
  /**
   * Those that a manifest has which is applied, on the server or by kubectl. Other writers are told by the value: who
   * changes one has it no longer equal to what was carried, and who does not is not seen by the API server either.
   */
  readonly written: ReadonlySet<string>;
  /**
   * Those that a manifest has which also remembers what was carried: one that the command line wrote, or that was read from
   * a cluster. Where it asks for the same on the object, it has written nothing of its own into the template.
   */
  readonly remembered: ReadonlySet<string>;
  /** Those that came back with an earlier template. */
  readonly restored: ReadonlySet<string>;
}

/** Reads who wrote the annotations of a pod template. */
export function readManagers(workload: Workload): AnnotationManagers {
  const { metadata, templatePath } = workload;
  const entries = managersOf(metadata);
  const keysOf = (chosen: readonly JsonObject[]) =>
    chosen.flatMap(entry => annotationFields(entry, templatePath)).map(field => field.replace(/^f:/, ''));
  const applied = entries.filter(({ operation }) => operation === 'Apply');
  const last = lastApplied(workload);
  return {
    written: new Set([
      ...keysOf(applied.filter(entry => !hasMemory(entry))),
      ...(last.hasMemory ? [] : last.keys),
    ]),
    remembered: new Set([...keysOf(applied.filter(hasMemory)), ...(last.hasMemory ? last.keys : [])]),
    restored: new Set(keysOf(entries.filter(isUndo))),
  };
}

/** Whether a writer has brought our own memory along. */
function hasMemory(entry: JsonObject): boolean {
  return annotationFields(entry, []).includes(`f:${propagatedAnnotation}`);
}

/**
 * Whether an update put back an earlier state, carried annotations included, instead of writing something new: it
 * brought our own memory along, or it is a command that takes the whole template from an earlier revision. Who applies a
 * manifest means what it says.
 */
function isUndo(entry: JsonObject): boolean {
  if (entry['operation'] !== 'Update') return false;
  return undoing.has(entry['manager']) || hasMemory(entry);
}

/** `kubectl rollout undo`, which has no field manager of its own as other commands have, and that of Argo Rollouts. */
const undoing: ReadonlySet<unknown> = new Set(['kubectl', 'kubectl-argo-rollouts']);

/**
 * Whether an update is the server-side apply of a manifest that has lost all annotations of the object: then they are
 * all gone, and what nobody owns with them.
 */
export function arePruned(workload: Workload, before: Workload): boolean {
  const owners = ({ metadata }: Workload) =>
    managersOf(metadata).filter(entry => annotationFields(entry, []).length > 0);
  return owners(before).some(({ operation }) => operation === 'Apply') && owners(workload).length === 0;
}

function annotationFields(entry: JsonObject, path: readonly string[]): readonly string[] {
  return ownedBelow(entry, [...path, 'metadata', 'annotations']);
}

/** What the manifest that kubectl applied last has in its template, and whether it has our memory too. */
function lastApplied({ metadata, templatePath }: Workload): {
  readonly keys: readonly string[];
  readonly hasMemory: boolean;
} {
  const manifest = parsed(metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration']);
  const annotations = at(manifest, [...templatePath, 'metadata', 'annotations']);
  return {
    keys: isObject(annotations) ? Object.keys(annotations) : [],
    hasMemory: at(manifest, ['metadata', 'annotations', propagatedAnnotation]) !== undefined,
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
