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
  let next = {};
  do {
    const parameters = new URLSearchParams({ limit: String(pageSize), ...query, ...next });
    const page = await client.request({ method: 'GET', path: `${path}?${parameters}` });
    yield itemsOf(page);
    const token = at(page, ['metadata', 'continue']);
    next = token ? { continue: String(token) } : {};
  } while ('continue' in next);
}

function itemsOf({ items }: JsonObject): readonly JsonObject[] {
  return Array.isArray(items) ? items.filter(isObject) : [];
}

const pageSize = 500;
