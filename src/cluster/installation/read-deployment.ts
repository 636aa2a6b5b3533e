import type { Fact } from '../../diagnosis/fact.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { unlessMissing } from '../api-error.ts';
import { names } from '../names.ts';
import { namespaceOfInjector } from '../namespace-of-injector.ts';
import { learn } from './learn.ts';

/** The Deployment of the injector, where its registration says that it is; undefined where there is none. */
export async function readDeployment(
  client: Pick<ApiClient, 'request'>,
): Promise<Fact<JsonObject | undefined>> {
  const read = (path: string) => unlessMissing(client.request({ method: 'GET', path }));
  const registrations = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
  const registration = await learn(read(`${registrations}/${names.webhookConfiguration}`));
  const namespace = encodeURIComponent(namespaceOfInjector(registration.value));
  return learn(read(`/apis/apps/v1/namespaces/${namespace}/deployments/${names.service}`));
}
