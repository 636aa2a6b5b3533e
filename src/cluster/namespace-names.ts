import { isObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';
import { namespacesPath } from './namespace-objects.ts';

/** The names of the namespaces, of the first 500. */
export async function namespaceNames(client: Pick<ApiClient, 'request'>): Promise<readonly string[]> {
  const list = await client.request({ method: 'GET', path: `${namespacesPath}?limit=500` });
  const items = Array.isArray(list['items']) ? list['items'] : [];
  return items.flatMap(item => {
    const name = isObject(item) && isObject(item['metadata']) ? item['metadata']['name'] : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}
