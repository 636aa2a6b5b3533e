import { type NamespaceFacts, readFacts } from '../../namespaces/namespace-facts.ts';
import { AnswerTooLargeError } from '../answer-too-large-error.ts';
import type { ApiClient } from '../api-client.ts';
import { type ObjectPage, objectPage } from '../list-objects.ts';
import { namespacesPath } from '../namespace-objects.ts';

export interface NamespacePage {
  readonly facts: readonly NamespaceFacts[];
  /** From where a watch goes on: that of the list, of which this is a part. */
  readonly resourceVersion: string;
}

/** More than any object of the API server, which takes no more than 3 MiB. */
export const maxNamespaceBytes = 4 * 1024 * 1024;

/**
 * Lists the namespaces of a cluster, a page at a time, so that no page takes long to read. One that takes too much memory
 * is asked for again with half as many in it.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 *
 * @throws ApiError as ApiClient does; with status 410 where the list took longer than its version is kept.
 */
export async function* listNamespaces(
  client: Pick<ApiClient, 'request'>,
): AsyncGenerator<NamespacePage, void> {
  let limit = usualLimit;
  let next: string | undefined = '';
  while (next !== undefined) {
    const query = { limit: String(limit) };
    const page: ObjectPage | undefined = await objectPage(client, {
      ...{ path: namespacesPath, query, from: next, maxBytes: maxNamespaceBytes },
    }).catch(limit > 1 ? unlessTooLarge : undefined);
    if (page === undefined) {
      limit = Math.floor(limit / 2);
      continue;
    }
    const { items, resourceVersion } = page;
    yield { facts: items.map(item => readFacts(item, 'namespace')), resourceVersion };
    next = page.next;
  }
}

/** A page of usual namespaces is read in two milliseconds. */
const usualLimit = 100;

function unlessTooLarge(error: unknown): undefined {
  if (error instanceof Error && error.cause instanceof AnswerTooLargeError) return undefined;
  throw error;
}
