import type { JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';
import { unlessMissing } from './api-error.ts';
import { names } from './names.ts';

/** The MutatingWebhookConfiguration of the injector. */
export const registrationPath = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${names.webhookConfiguration}`;

/**
 * Reads it; undefined where there is none.
 *
 * @throws ApiError where it may not be read, or the API server does not answer.
 */
export function readRegistration(client: Pick<ApiClient, 'request'>): Promise<JsonObject | undefined> {
  return unlessMissing(client.request({ method: 'GET', path: registrationPath }));
}
