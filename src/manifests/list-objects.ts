import { at, isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { jsonPointer } from '../kubernetes/json-pointer.ts';

/** An object of Kubernetes in a document, and where it stands there. */
export interface ListedObject {
  readonly value: JsonObject;
  /** A JSON Pointer into the document; empty where the object is the document. */
  readonly pointer: string;
}

/** The objects of a document: itself, or the items of a list, and of lists in it. */
export function listObjects(value: Json, pointer = ''): readonly ListedObject[] {
  if (!isObject(value) || typeof value['kind'] !== 'string') return [];
  const items = at(value, ['items']);
  if (!value['kind'].endsWith('List') || !Array.isArray(items)) return [{ value, pointer }];
  return items.flatMap((item: Json, index) =>
    listObjects(item, `${pointer}${jsonPointer('items', String(index))}`),
  );
}
