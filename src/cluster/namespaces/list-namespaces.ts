import { AnswerTooLargeError } from '../answer-too-large-error.ts';
import type { ApiClient } from '../api-client.ts';
import { maxObjectBytes, type ObjectPage, objectPage } from '../list-objects.ts';
import { namespacesPath } from '../namespace-objects.ts';

/**
 * Lists the namespaces of a cluster, a page at a time, so that no page takes long to read. One that takes too much memory
 * is asked for again with half as many in it.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 *
 * @throws ApiError as ApiClient does; with status 410 where the list took longer than its version is kept.
 */
export async function* listNamespaces(client: Pick<ApiClient, 'request'>): AsyncGenerator<ObjectPage, void> {
  let limit = usualLimit;
  let next: string | undefined = '';
  while (next !== undefined) {
    const query = { limit: String(limit) };
    const page: ObjectPage | undefined = await objectPage(client, {
      ...{ path: namespacesPath, query, from: next, maxBytes: maxObjectBytes },
    }).catch(limit > 1 ? unlessTooLarge : undefined);
    if (page === undefined) {
      limit = Math.floor(limit / 2);
      continue;
    }
    yield page;
    next = page.next;
  }
}

/** A page of usual namespaces is read in two milliseconds. */
const usualLimit = 100;

function unlessTooLarge(error: unknown): undefined {
  if (error instanceof Error && error.cause instanceof AnswerTooLargeError) return undefined;
  throw error;
}
