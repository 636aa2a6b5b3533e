import type { JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';
import { objectPages } from './list-objects.ts';

/** A kind of object, in the words of the API server. */
export interface WorkloadResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/**
 * Lists objects that make pods, a page at a time, each as the API server wrote it.
 *
 * @throws ApiError, with the status 404 where the cluster has no such kind.
 */
export function workloadPages(
  client: Pick<ApiClient, 'request'>,
  { group, version, resource }: WorkloadResource,
  selection: { readonly namespace: string | undefined; readonly selector: string | undefined },
): AsyncGenerator<readonly JsonObject[], void> {
  const { namespace, selector } = selection;
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const query = { limit: String(pageSize), ...(selector === undefined ? {} : { labelSelector: selector }) };
  return objectPages(client, `/apis/${group}/${version}${place}/${resource}`, query);
}

const pageSize = 250;
