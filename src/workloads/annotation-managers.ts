import { propagatedAnnotation } from '../injection/request/annotation-keys.ts';
import { isObject, type JsonObject } from '../kubernetes/json.ts';
import { at, type Workload } from '../kubernetes/workload.ts';

/** Which annotations of a pod template were put there by somebody, as far as Kubernetes knows. */
export interface AnnotationManagers {
  /** Those that a field manager owns, and those that the last applied manifest names. */
  readonly written: ReadonlySet<string>;
  /** Those that came back with an earlier template. */
  readonly restored: ReadonlySet<string>;
}

/**
 * Reads who wrote the annotations of a pod template. What an admission webhook adds, nobody owns.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function readManagers(workload: Workload): AnnotationManagers {
  const { metadata, templatePath } = workload;
  const entries = managersOf(metadata);
  const keysOf = (chosen: readonly JsonObject[]) =>
    chosen
      .flatMap(({ fieldsV1 }) => annotationFields(fieldsV1, templatePath))
      .map(field => field.replace(/^f:/, ''));
  return {
    written: new Set([...keysOf(entries.filter(entry => !isUndo(entry))), ...lastAppliedKeys(workload)]),
    restored: new Set(keysOf(entries.filter(isUndo))),
  };
}

/**
 * Whether an update put back an earlier state, carried annotations included, instead of writing something new: it
 * brought our own memory along, or it is a command that takes the whole template from an earlier revision. Who applies a
 * manifest means what it says.
 */
function isUndo({ operation, manager, fieldsV1 }: JsonObject): boolean {
  if (operation !== 'Update') return false;
  return undoing.has(manager) || annotationFields(fieldsV1, []).includes(`f:${propagatedAnnotation}`);
}

/** `kubectl rollout undo`, which has no field manager of its own as other commands have, and that of Argo Rollouts. */
const undoing: ReadonlySet<unknown> = new Set(['kubectl', 'kubectl-argo-rollouts']);

/**
 * Whether an update is the server-side apply of a manifest that has lost all annotations of the object: then they are
 * all gone, and what nobody owns with them.
 */
export function arePruned(workload: Workload, before: Workload): boolean {
  const owners = ({ metadata }: Workload) =>
    managersOf(metadata).filter(({ fieldsV1 }) => annotationFields(fieldsV1, []).length > 0);
  return owners(before).some(({ operation }) => operation === 'Apply') && owners(workload).length === 0;
}

function managersOf({ managedFields }: Workload['metadata']): readonly JsonObject[] {
  const entries: readonly unknown[] = Array.isArray(managedFields) ? managedFields : [];
  return entries.filter(isObject);
}

function annotationFields(fieldsV1: unknown, path: readonly string[]): readonly string[] {
  const fields = at(
    fieldsV1,
    [...path, 'metadata', 'annotations'].map(key => `f:${key}`),
  );
  return isObject(fields) ? Object.keys(fields) : [];
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
