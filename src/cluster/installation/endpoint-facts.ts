import type { Endpoint } from '../../diagnosis/installation.ts';
import { at, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { listObjects } from '../list-objects.ts';

/** The addresses of a Service: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
export async function readEndpoints(
  client: Pick<ApiClient, 'request'>,
  namespace: string,
  service: string,
): Promise<readonly Endpoint[]> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
  const slices = await listObjects(client, path, { labelSelector: `kubernetes.io/service-name=${service}` });
  return slices.flatMap(endpointsOf);
}

function endpointsOf({ endpoints }: JsonObject): readonly Endpoint[] {
  if (!Array.isArray(endpoints)) return [];
  return endpoints.map((endpoint: Json) => {
    const addresses = at(endpoint, ['addresses']);
    const kind = at(endpoint, ['targetRef', 'kind']);
    return {
      addresses: Array.isArray(addresses) ? addresses.map(String) : [],
      // Nobody has said that it is not: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ready
      isReady: at(endpoint, ['conditions', 'ready']) !== false,
      pod: kind === 'Pod' ? String(at(endpoint, ['targetRef', 'name'])) : undefined,
    };
  });
}
