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
  const present = Object.entries(metadata.annotations ?? {});
  const added = operations
    .filter(({ path }) => path.startsWith(parent))
    .map(({ path, value }): Annotation => [path.slice(parent.length), String(value)]);
  // No character takes more than three bytes for each of its units, so there is most often nothing to count.
  if (3 * (charactersOf(present) + charactersOf(added)) <= maxBytes) return [];
  const all = new Map([...present, ...added.map(([key, value]): Annotation => [keyOfPointer(key), value])]);
  if (bytesOf(all) <= maxBytes) return [];
  const message = () =>
    `the annotations would be longer than ${maxBytes} bytes with those that are added; write less to those of ${annotationPrefix}, or ask for fewer sidecars`;
  return [refusal('annotations-too-long', 'metadata.annotations', message)];
}

type Annotation = readonly [key: string, value: string];

const parent = '/metadata/annotations/';

const maxBytes = 256 * 1024;

function charactersOf(annotations: readonly Annotation[]): number {
  let characters = 0;
  for (const [key, value] of annotations) characters += key.length + value.length;
  return characters;
}

function bytesOf(annotations: ReadonlyMap<string, string>): number {
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const [key, value] of annotations) bytes += encoder.encode(key).length + encoder.encode(value).length;
  return bytes;
}
