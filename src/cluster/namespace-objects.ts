import { isObject, type JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';
import { unlessMissing } from './api-error.ts';
import { objectPages } from './list-objects.ts';

export const namespacesPath = '/api/v1/namespaces';

export function namespacePath(name: string): string {
  return `${namespacesPath}/${encodeURIComponent(name)}`;
}

/**
 * All namespaces, a page at a time, or the one of a name alone, which more people may read; none where it is missing.
 *
 * @throws ApiError where they may not be read.
 */
export async function* namespacePages(
  client: Pick<ApiClient, 'request'>,
  name: string | undefined,
): AsyncGenerator<readonly JsonObject[], void> {
  if (name === undefined) {
    yield* objectPages(client, namespacesPath);
    return;
  }
  const found = await unlessMissing(client.request({ method: 'GET', path: namespacePath(name) }));
  if (isObject(found)) yield [found];
}
