import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';

/** Lists everything at a path, page by page, as the API server wrote it. */
export async function listObjects(
  client: Pick<ApiClient, 'request'>,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly JsonObject[]> {
  const objects: JsonObject[] = [];
  let next = {};
  do {
    const parameters = new URLSearchParams({ limit: String(pageSize), ...query, ...next });
    const page = await client.request({ method: 'GET', path: `${path}?${parameters}` });
    objects.push(...itemsOf(page));
    const token = at(page, ['metadata', 'continue']);
    next = token ? { continue: String(token) } : {};
  } while ('continue' in next);
  return objects;
}

function itemsOf({ items }: JsonObject): readonly JsonObject[] {
  return Array.isArray(items) ? items.filter(isObject) : [];
}

const pageSize = 500;
