import { at, type JsonObject } from '../kubernetes/json.ts';

/** When an event was seen last; which field says so depends on the API by which it was written. */
export function eventTimeMs({ series, lastTimestamp, eventTime }: JsonObject): number {
  return Date.parse(String(at(series, ['lastObservedTime']) ?? lastTimestamp ?? eventTime ?? '')) || 0;
}
