/**
 * Who wrote which fields of an object, as the API server notes it in `metadata.managedFields` before it asks any webhook:
 * what a webhook adds, nobody owns.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
import { at, isObject, type JsonObject } from './json.ts';
import type { ObjectMeta } from './pod.ts';

/** The entries, one for each manager and operation. Whoever sends an object may write anything there. */
export function managersOf({ managedFields }: ObjectMeta): readonly JsonObject[] {
  const entries: readonly unknown[] = Array.isArray(managedFields) ? managedFields : [];
  return entries.filter(isObject);
}

/** What an entry owns directly below a field: `f:<name>` for each field, `k:{"name":"<name>"}` for each item of a list. */
export function ownedBelow({ fieldsV1 }: JsonObject, path: readonly string[]): readonly string[] {
  const fields = at(
    fieldsV1,
    path.map(key => `f:${key}`),
  );
  return isObject(fields) ? Object.keys(fields) : [];
}
