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
  /** Those that came back with an earlier template. */
  readonly restored: ReadonlySet<string>;
}

/** Reads who wrote the annotations of a pod template. */
export function readManagers(workload: Workload): AnnotationManagers {
  const { metadata, templatePath } = workload;
  const entries = managersOf(metadata);
  const keysOf = (chosen: readonly JsonObject[]) =>
    chosen.flatMap(entry => annotationFields(entry, templatePath)).map(field => field.replace(/^f:/, ''));
  return {
    written: new Set([
      ...keysOf(entries.filter(({ operation }) => operation === 'Apply')),
      ...lastAppliedKeys(workload),
    ]),
    restored: new Set(keysOf(entries.filter(isUndo))),
  };
}

/**
 * Whether an update put back an earlier state, carried annotations included, instead of writing something new: it
 * brought our own memory along, or it is a command that takes the whole template from an earlier revision. Who applies a
 * manifest means what it says.
 */
function isUndo(entry: JsonObject): boolean {
  if (entry['operation'] !== 'Update') return false;
  return undoing.has(entry['manager']) || annotationFields(entry, []).includes(`f:${propagatedAnnotation}`);
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

function lastAppliedKeys({ metadata, templatePath }: Workload): readonly string[] {
  const text = metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
  if (text === undefined) return [];
  try {
    const annotations = at(JSON.parse(text), [...templatePath, 'metadata', 'annotations']);
    return isObject(annotations) ? Object.keys(annotations) : [];
  } catch {
    return [];
  }
}
