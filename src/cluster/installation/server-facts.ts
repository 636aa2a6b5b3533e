import type { ServerFacts } from '../../diagnosis/installation.ts';
import { at } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { unlessMissing } from '../api-error.ts';
import { readServerVersion } from '../server-version.ts';

/** What the API server is able to do: https://kubernetes.io/docs/reference/using-api/api-concepts/#discovery */
export async function readServerFacts(client: Pick<ApiClient, 'request'>): Promise<ServerFacts> {
  const version = await readServerVersion(client);
  const path = '/apis/admissionregistration.k8s.io/v1';
  const resources = at(await unlessMissing(client.request({ method: 'GET', path })), ['resources']);
  const names = Array.isArray(resources) ? resources.map(resource => at(resource, ['name'])) : [];
  return {
    ...version,
    hasPolicies: names.includes('validatingadmissionpolicies'),
    hasMutatingPolicies: names.includes('mutatingadmissionpolicies'),
  };
}
