import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';

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

/** The same for who needs no more than a page of it at a time. */
export async function* objectPages(
  client: Pick<ApiClient, 'request'>,
  path: string,
  query: Readonly<Record<string, string>> = {},
): AsyncGenerator<readonly JsonObject[], void> {
  for await (const { items } of listPages(client, { path, query })) yield items;
}

/** What is listed, and in pages of which size. */
export interface ListChoice {
  readonly path: string;
  /** `limit` is the size of a page. */
  readonly query?: Readonly<Record<string, string>>;
  readonly onlyMetadata?: boolean;
}

/**
 * Lists everything at a path, page by page: the next one is asked for when the last has been looked at. Where that takes
 * longer than the API server keeps the version of the list, the rest is told as of then, with another version: what
 * is there all the while is told once. A watch goes on from the version of the first page.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export async function* listPages(
  client: Pick<ApiClient, 'request'>,
  { path, query = {}, onlyMetadata = false }: ListChoice,
): AsyncGenerator<ObjectPage, void> {
  const limited = { limit: String(pageSize), ...query };
  const pageFrom = (from: string) => objectPage(client, { path, query: limited, from, onlyMetadata });
  let next: string | undefined = '';
  while (next !== undefined) {
    const page: ObjectPage = await pageFrom(next).catch((error: unknown) => pageFrom(restOfList(error)));
    yield page;
    next = page.next;
  }
}

function restOfList(error: unknown): string {
  if (error instanceof ApiError && error.restOfList !== undefined) return error.restOfList;
  throw error;
}

/** Where a page begins, and how large it may be. */
interface PageChoice extends ListChoice {
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
  /** About how many come after it; undefined where the API server does not say, as of what it selects by labels. */
  readonly remaining: number | undefined;
}

/** Reads a page of a list. */
export async function objectPage(
  client: Pick<ApiClient, 'request'>,
  { path, query, from, maxBytes, onlyMetadata = false }: PageChoice,
): Promise<ObjectPage> {
  const parameters = new URLSearchParams({ ...query, ...(from === '' ? {} : { continue: from }) });
  const page = await client.request({
    ...{ method: 'GET', path: `${path}?${parameters}` },
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(onlyMetadata ? { onlyMetadataOf: 'list' } : {}),
  });
  const token = at(page, ['metadata', 'continue']);
  return {
    items: itemsOf(page),
    resourceVersion: String(at(page, ['metadata', 'resourceVersion']) ?? ''),
    next: token ? String(token) : undefined,
    remaining: remainingOf(at(page, ['metadata', 'remainingItemCount'])),
  };
}

/** More than any object of the API server, which takes no more than 3 MiB. */
export const maxObjectBytes = 4 * 1024 * 1024;

function remainingOf(count: unknown): number | undefined {
  return typeof count === 'number' ? count : undefined;
}

function itemsOf({ items }: JsonObject): readonly JsonObject[] {
  return Array.isArray(items) ? items.filter(isObject) : [];
}

const pageSize = 500;
