import type { Fact } from '../../diagnosis/fact.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { unlessMissing } from '../api-error.ts';
import { names } from '../names.ts';
import { namespaceOfInjector } from '../namespace-of-injector.ts';
import { readRegistration } from '../registration.ts';
import { learn } from './learn.ts';

/** The Deployment of the injector, where its registration says that it is; undefined where there is none. */
export async function readDeployment(
  client: Pick<ApiClient, 'request'>,
): Promise<Fact<JsonObject | undefined>> {
  const registration = await learn(readRegistration(client));
  const namespace = encodeURIComponent(namespaceOfInjector(registration.value));
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${names.service}`;
  return learn(unlessMissing(client.request({ method: 'GET', path })));
}
