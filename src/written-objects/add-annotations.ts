import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import { jsonPointer } from '../kubernetes/json-pointer.ts';

type Annotations = Readonly<Record<string, string>>;

/** The object with these annotations too. What has no metadata stays as it is. */
export function withAnnotations(object: JsonObject, annotations: Annotations): JsonObject {
  const { metadata } = object;
  if (!isObject(metadata) || Object.keys(annotations).length === 0) return object;
  const present = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  return { ...object, metadata: { ...metadata, annotations: { ...present, ...annotations } } };
}

/** The operations that add these annotations to an object. */
export function annotationOperations(
  object: JsonObject,
  annotations: Annotations,
): readonly PatchOperation[] {
  const changes = Object.entries(annotations);
  const path = '/metadata/annotations';
  const present = at(object, ['metadata', 'annotations']);
  if (changes.length === 0) return [];
  if (!isObject(present)) return [{ op: 'add', path, value: annotations }];
  return changes.flatMap(([key, value]): readonly PatchOperation[] => {
    const place = `${path}${jsonPointer(key)}`;
    if (!Object.hasOwn(present, key)) return [{ op: 'add', path: place, value }];
    return present[key] === value ? [] : [{ op: 'replace', path: place, value }];
  });
}
