import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import { jsonPointer } from '../kubernetes/json-pointer.ts';
import type { NamedWorkloadKind } from '../kubernetes/workload.ts';
import type { ManifestOperation } from '../manifests/apply-operation.ts';
import { editManifests } from '../manifests/edit-manifests.ts';
import type { ManifestProblem } from '../manifests/manifest-problem.ts';
import { metadataPaths, podMakerKindOf } from '../written-objects/pod-maker.ts';

/** An annotation of one of the pods and workloads in a text, counted from 0; it is taken out where the value is undefined. */
export interface AnnotationSetting {
  readonly object: number;
  readonly key: string;
  readonly value: string | undefined;
}

/** Writes an annotation where it stands already, else on the object itself; all else in the text stays as it is. */
export function setAnnotation(
  text: string,
  { object: index, key, value }: AnnotationSetting,
  workloadKinds: readonly NamedWorkloadKind[],
): { readonly text: string; readonly problems: readonly ManifestProblem[] } {
  let count = 0;
  return editManifests(text, ({ value: object }) => {
    const kind = podMakerKindOf(object, workloadKinds);
    if (kind === undefined || count++ !== index) return [];
    const holders = metadataPaths(kind).filter(path => Object.hasOwn(annotationsAt(object, path), key));
    const [metadata = ['metadata']] = holders.slice(-1);
    return operationsFor(object, metadata, { key, value });
  });
}

function operationsFor(
  object: JsonObject,
  metadata: readonly string[],
  { key, value }: Omit<AnnotationSetting, 'object'>,
): readonly ManifestOperation[] {
  const present = annotationsAt(object, metadata);
  const holder = jsonPointer(...metadata, 'annotations');
  const path = `${holder}${jsonPointer(key)}`;
  if (value === undefined) {
    if (!Object.hasOwn(present, key)) return [];
    return [{ op: 'remove', path: Object.keys(present).length === 1 ? holder : path }];
  }
  if (Object.hasOwn(present, key)) return [{ op: 'replace', path, value }];
  if (isObject(at(object, [...metadata, 'annotations']))) return [{ op: 'add', path, value }];
  if (isObject(at(object, metadata))) return [{ op: 'add', path: holder, value: { [key]: value } }];
  return [{ op: 'add', path: jsonPointer(...metadata), value: { annotations: { [key]: value } } }];
}

function annotationsAt(object: JsonObject, metadata: readonly string[]): JsonObject {
  const annotations = at(object, [...metadata, 'annotations']);
  return isObject(annotations) ? annotations : {};
}
