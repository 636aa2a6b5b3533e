import { at } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { isRefused } from '../api-error.ts';
import { listPages } from '../list-objects.ts';

/**
 * The zone of each node that has one; none where nodes may not be listed.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone
 */
export async function readNodeZones(
  client: Pick<ApiClient, 'request'>,
): Promise<ReadonlyMap<string, string>> {
  const zones = new Map<string, string>();
  try {
    for await (const { items } of listPages(client, { path: '/api/v1/nodes', onlyMetadata: true })) {
      for (const { metadata } of items) {
        const zone = at(metadata, ['labels', 'topology.kubernetes.io/zone']);
        if (typeof zone === 'string') zones.set(String(at(metadata, ['name'])), zone);
      }
    }
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  return zones;
}
