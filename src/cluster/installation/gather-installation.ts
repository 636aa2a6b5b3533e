import { isKnown, type UnknownFact } from '../../diagnosis/fact.ts';
import type { Installation } from '../../diagnosis/installation.ts';
import { ownConfiguration } from '../../diagnosis/registration.ts';
import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import type { ApiClient } from '../api-client.ts';
import { unlessMissing } from '../api-error.ts';
import { listObjects } from '../list-objects.ts';
import { names } from '../names.ts';
import { namespacesPath } from '../namespace-objects.ts';
import { namespaceOfInjector } from '../namespace-of-injector.ts';
import { readEndpoints } from './endpoint-facts.ts';
import { learn } from './learn.ts';
import { readPolicies } from './policy-facts.ts';
import { readReplicas } from './replica-facts.ts';
import { readServerFacts } from './server-facts.ts';
import { storedDefinitions } from './stored-definitions.ts';

/**
 * Asks the API server for all that is to be known of the injector and of what stands around it. Nothing is changed. What
 * whoever asks may not know is told as such.
 */
export async function gatherInstallation(
  client: Pick<ApiClient, 'request'>,
  now: Date,
): Promise<Installation> {
  const server = await learn(readServerFacts(client));
  // Nothing else would be answered either, and each question would take its time.
  if (!isKnown(server)) return nothingButTime(now, server);
  const webhookConfigurations = await learn(
    listObjects(client, `${registrations}/mutatingwebhookconfigurations`),
  );
  const namespace = namespaceOfInjector(ownConfiguration({ webhookConfigurations }));
  const inNamespace = (prefix: string, resource: string) =>
    `${prefix}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
  const read = (path: string) => unlessMissing(client.request({ method: 'GET', path }));
  const [service, endpoints, deployment, replicas, policies, definitions, namespaces] = await Promise.all([
    learn(read(inNamespace('/api/v1', `services/${names.service}`))),
    learn(readEndpoints(client, namespace, names.service)),
    learn(read(inNamespace('/apis/apps/v1', `deployments/${names.service}`))),
    learn(readReplicas(client, namespace)),
    readPolicies(client, server.value),
    storedDefinitions(client, namespace),
    learn(listObjects(client, namespacesPath).then(list => list.map(namespaceOf))),
  ]);
  return {
    now,
    namespace,
    server,
    webhookConfigurations,
    service,
    endpoints,
    deployment,
    replicas,
    ...policies,
    definitions,
    namespaces,
  };
}

function nothingButTime(now: Date, server: UnknownFact): Installation {
  return {
    now,
    namespace: names.namespace,
    server,
    webhookConfigurations: server,
    service: server,
    endpoints: server,
    deployment: server,
    replicas: server,
    policies: server,
    policyBindings: server,
    mutatingPolicies: server,
    mutatingPolicyBindings: server,
    definitions: server,
    namespaces: server,
  };
}

const registrations = '/apis/admissionregistration.k8s.io/v1';

function namespaceOf({ metadata }: JsonObject): { name: string; labels: Readonly<Record<string, string>> } {
  const labels = at(metadata, ['labels']);
  return {
    name: String(at(metadata, ['name'])),
    labels: (isObject(labels) ? labels : {}) as Readonly<Record<string, string>>,
  };
}
