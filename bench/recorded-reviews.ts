import { readFileSync } from 'node:fs';
import { type RecordedKind, type RecordedSize, recordedName } from './recorded-workloads.ts';

/** Where `npm run bench -- record` writes them. */
export const recordedDirectory = new URL('recorded/', import.meta.url);

/** The body of a review as a real API server sent it, byte for byte, for a pod that the controller of this kind made. */
export function recordedReview(kind: RecordedKind, containers: RecordedSize): Buffer {
  return readFileSync(recordedFile(kind, containers));
}

/** The pod in it. */
export function recordedPod(kind: RecordedKind, containers: RecordedSize): object {
  return JSON.parse(recordedReview(kind, containers).toString()).request.object;
}

export function recordedFile(kind: RecordedKind, containers: RecordedSize): URL {
  return new URL(`${recordedName(kind, containers)}.json`, recordedDirectory);
}
