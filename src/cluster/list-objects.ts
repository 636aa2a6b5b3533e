import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';

/** Lists everything at a path, page by page, as the API server wrote it. */
export async function listObjects(
  client: Pick<ApiClient, 'request'>,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly JsonObject[]> {
  const objects: JsonObject[] = [];
  for await (const page of objectPages(client, path, query)) objects.push(...page);
  return objects;
}

/**
 * The same for who needs no more than a page of it at a time: the next one is asked for when the last has been looked at.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export async function* objectPages(
  client: Pick<ApiClient, 'request'>,
  path: string,
  query: Readonly<Record<string, string>> = {},
): AsyncGenerator<readonly JsonObject[], void> {
  let next: string | undefined = '';
  while (next !== undefined) {
    const page = await objectPage(client, { path, query: { limit: String(pageSize), ...query }, from: next });
    yield page.items;
    next = page.next;
  }
}

/** Where a page begins, and how large it may be. */
interface PageChoice {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** {@link ObjectPage.next} of the one before; empty for the first. */
  readonly from: string;
  readonly maxBytes?: number;
}

export interface ObjectPage {
  readonly items: readonly JsonObject[];
  /** From where a watch goes on: that of the whole list. */
  readonly resourceVersion: string;
  /** Where the next one begins; undefined where there is none. */
  readonly next: string | undefined;
}

/** Reads a page of a list. */
export async function objectPage(
  client: Pick<ApiClient, 'request'>,
  { path, query, from, maxBytes }: PageChoice,
): Promise<ObjectPage> {
  const parameters = new URLSearchParams({ ...query, ...(from === '' ? {} : { continue: from }) });
  const page = await client.request({
    ...{ method: 'GET', path: `${path}?${parameters}` },
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  const token = at(page, ['metadata', 'continue']);
  return {
    items: itemsOf(page),
    resourceVersion: String(at(page, ['metadata', 'resourceVersion']) ?? ''),
    next: token ? String(token) : undefined,
  };
}

function itemsOf({ items }: JsonObject): readonly JsonObject[] {
  return Array.isArray(items) ? items.filter(isObject) : [];
}

const pageSize = 500;
