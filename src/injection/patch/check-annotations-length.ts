import { keyOfPointer } from '../../kubernetes/json-pointer.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import { type Refusal, refusal } from '../reason.ts';
import { annotationPrefix } from '../request/annotation-keys.ts';
import type { AddOperation } from './patch-operation.ts';

/**
 * Refuses a patch with which the annotations of the pod would be longer than the API server takes.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
 */
export function checkAnnotationsLength(
  { metadata }: Pod,
  operations: readonly AddOperation[],
): readonly Refusal[] {
  const present = metadata.annotations ?? {};
  // No character takes more than three bytes for each of its units, so there is most often nothing to count.
  if (3 * (charactersOf(present) + charactersAdded(operations)) <= maxBytes) return [];
  const added = operations
    .filter(({ path }) => path.startsWith(parent))
    .map(({ path, value }) => [keyOfPointer(path.slice(parent.length)), String(value)] as const);
  const all = new Map([...Object.entries(present), ...added]);
  if (bytesOf(all) <= maxBytes) return [];
  const message = () =>
    `the annotations would be longer than ${maxBytes} bytes with those that are added; write less to those of ${annotationPrefix}, or ask for fewer sidecars`;
  return [refusal('annotations-too-long', 'metadata.annotations', message)];
}

const parent = '/metadata/annotations/';

const maxBytes = 256 * 1024;

function charactersOf(annotations: Readonly<Record<string, string>>): number {
  let characters = 0;
  for (const key of Object.keys(annotations)) characters += key.length + (annotations[key]?.length ?? 0);
  return characters;
}

function charactersAdded(operations: readonly AddOperation[]): number {
  let characters = 0;
  for (const { path, value } of operations)
    if (path.startsWith(parent)) characters += path.length + String(value).length;
  return characters;
}

function bytesOf(annotations: ReadonlyMap<string, string>): number {
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const [key, value] of annotations) bytes += encoder.encode(key).length + encoder.encode(value).length;
  return bytes;
}
