/** Objects that make pods, or are read by what makes them, and that the webhooks are not asked about. */
import { podOf } from './pod-manifests.ts';

/** An object of a kind that has a pod template and no webhook. */
export function unwatched(kind: 'ReplicaSet' | 'ReplicationController' | 'PodTemplate'): object {
  const template = { metadata: { labels: { app: 'web' } }, spec: podOf('web').spec };
  const metadata = { name: 'web' };
  if (kind === 'PodTemplate') return { apiVersion: 'v1', kind, metadata, template };
  return kind === 'ReplicaSet'
    ? { apiVersion: 'apps/v1', kind, metadata, spec: { selector: { matchLabels: { app: 'web' } }, template } }
    : { apiVersion: 'v1', kind, metadata, spec: { selector: { app: 'web' }, template } };
}

/** The same object with more in the metadata at one place; lists and maps there are joined. */
export function withMetadata(object: object, [step, ...steps]: readonly string[], more: object): object {
  const fields = object as Readonly<Record<string, object>>;
  if (step !== undefined) return { ...fields, [step]: withMetadata(fields[step] ?? {}, steps, more) };
  const metadata = fields['metadata'] as Readonly<Record<string, object>> | undefined;
  const joined = Object.entries(more).map(([key, value]) => [
    key,
    Array.isArray(value) || typeof value === 'string' ? value : { ...metadata?.[key], ...value },
  ]);
  return { ...fields, metadata: { ...metadata, ...Object.fromEntries(joined) } };
}
