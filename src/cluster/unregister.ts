import { InjectorError } from '../injector-error.ts';
import { at, type JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';
import { unlessMissing } from './api-error.ts';
import { namespaceOfInjector } from './namespace-of-injector.ts';
import { pathOf } from './objects/resources.ts';
import { type RegisteredObject, registeredConfiguration, registeredPolicies } from './registered-objects.ts';
import { readRegistration } from './registration.ts';

type Client = Pick<ApiClient, 'request'>;

export interface UnregisterChoice {
  /** Deletes only where the registration leads to this namespace; undefined is any. */
  readonly namespace: string | undefined;
  /** Has the API server do everything but keep it. */
  readonly isDryRun: boolean;
}

/** What it takes beside a choice. */
export interface UnregisterWorld {
  readonly client: Client;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/**
 * Deletes what makes the API server ask the injector, or refuse what the injector has not seen, each by its name, and
 * yields what was there. The policies go first: without them a pod that nobody was asked about is admitted. The webhook
 * configuration goes when every API server has noticed that, so that no pod is refused in between. What is gone already
 * is left out, and the first that cannot be deleted ends it.
 *
 * @throws InjectorError where the registration is somebody else's; nothing is deleted then.
 * @throws ApiError where the API server does not let us, or does not answer.
 */
export async function* unregister(
  { client, pause }: UnregisterWorld,
  { namespace, isDryRun }: UnregisterChoice,
): AsyncGenerator<RegisteredObject, void> {
  await checkOurs(client, namespace);
  let isAnyDeleted = false;
  for (const object of registeredPolicies) {
    if (!(await remove(client, object, isDryRun))) continue;
    isAnyDeleted = true;
    yield object;
  }
  if (isAnyDeleted && !isDryRun) await pause(noticedWithinMs);
  if (await remove(client, registeredConfiguration, isDryRun)) yield registeredConfiguration;
}

/** API servers watch policies, and compile them anew once a second. */
const noticedWithinMs = 3000;

/** By the names of its webhooks, which are ours whatever it is called. */
async function checkOurs(client: Client, namespace: string | undefined): Promise<void> {
  const { resource, name } = registeredConfiguration;
  const registration = await readRegistration(client);
  if (registration === undefined) return;
  const where = `${resource.resource}/${name}`;
  const webhooks = webhookNames(registration);
  if (!webhooks.some(webhook => webhook.endsWith('.sidecar.io'))) {
    throw new InjectorError(
      `${where}: none of its webhooks (${inFewWords(webhooks)}) ends with .sidecar.io, so it is not the registration of ` +
        'this injector; nothing is deleted. Delete by hand what is to go',
    );
  }
  const actual = namespaceOfInjector(registration);
  if (namespace === undefined || namespace === actual) return;
  throw new InjectorError(
    `${where}: it leads to the injector in namespace ${actual}, not in ${namespace}; nothing is deleted. ` +
      `Use --namespace ${actual} where that injector is meant`,
  );
}

function webhookNames({ webhooks }: JsonObject): readonly string[] {
  return (Array.isArray(webhooks) ? webhooks : []).map(webhook => String(at(webhook, ['name'])));
}

function inFewWords(webhooks: readonly string[]): string {
  const more = webhooks.length > shownWebhooks ? ', …' : '';
  return `${webhooks.slice(0, shownWebhooks).join(', ')}${more}` || 'it has none';
}

const shownWebhooks = 3;

/** Whether there was such an object. */
async function remove(
  client: Client,
  { resource, name }: RegisteredObject,
  isDryRun: boolean,
): Promise<boolean> {
  const path = `${pathOf(resource, '', name)}${isDryRun ? '?dryRun=All' : ''}`;
  return (await unlessMissing(client.request({ method: 'DELETE', path }))) !== undefined;
}
