import { InjectorError } from '../injector-error.ts';
import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError, unlessConflict } from './api-error.ts';
import { fieldManager, names } from './names.ts';
import { readRegistration, registrationPath } from './registration.ts';

/** The webhooks of the configuration that call our Service. */
export interface RegisteredWebhooks {
  readonly version: string;
  /** With the PEM text of their `caBundle`; empty where they have none. */
  readonly webhooks: readonly { readonly name: string; readonly caBundle: string }[];
}

/** Reads the MutatingWebhookConfiguration, and writes the `caBundle` of its webhooks and nothing else. */
export class WebhookRegistration {
  readonly #client: ApiClient;
  readonly #namespace: string;

  constructor(client: ApiClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** Undefined where there is no such configuration. */
  async read(): Promise<RegisteredWebhooks | undefined> {
    const found = await readRegistration(this.#client).catch(withWhoseRights);
    return found && this.#webhooksOf(found);
  }

  /**
   * Writes one bundle to all webhooks that are ours, each found by its name, in exactly the version that was read. What
   * others have written there is taken over; every other field stays theirs.
   */
  async publish(
    bundle: string,
    { version, webhooks }: RegisteredWebhooks,
  ): Promise<RegisteredWebhooks | 'conflict'> {
    const caBundle = Buffer.from(bundle).toString('base64');
    const written = await unlessConflict(
      this.#client.request({
        method: 'PATCH',
        path: `${registrationPath}?fieldManager=${fieldManager}&force=true`,
        contentType: 'application/apply-patch+yaml',
        body: {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'MutatingWebhookConfiguration',
          metadata: { name: names.webhookConfiguration, resourceVersion: version },
          webhooks: webhooks.map(({ name }) => ({ name, clientConfig: { caBundle } })),
        },
      }),
    );
    return written === 'conflict' ? written : this.#webhooksOf(written);
  }

  #webhooksOf({ metadata, webhooks }: JsonObject): RegisteredWebhooks {
    const list = Array.isArray(webhooks) ? webhooks : [];
    return {
      version: isObject(metadata) ? String(metadata['resourceVersion']) : '',
      webhooks: list.filter(isObject).flatMap(webhook => this.#readOurs(webhook)),
    };
  }

  #readOurs({ name, clientConfig }: JsonObject): RegisteredWebhooks['webhooks'] {
    if (typeof name !== 'string' || !name.endsWith('.sidecar.io') || !isObject(clientConfig)) return [];
    const { service, caBundle } = clientConfig;
    return this.#isOurs(service)
      ? [{ name, caBundle: typeof caBundle === 'string' ? Buffer.from(caBundle, 'base64').toString() : '' }]
      : [];
  }

  #isOurs(service: Json | undefined): boolean {
    return isObject(service) && service['name'] === names.service && service['namespace'] === this.#namespace;
  }
}

/** The binding has one account. It is that of another namespace where somebody has installed the injector there too. */
function withWhoseRights(error: unknown): never {
  if (!(error instanceof ApiError) || error.status !== 403) throw error;
  const why = `a cluster has one injector: see whose account the ClusterRoleBinding ${names.webhookConfiguration} names`;
  throw new InjectorError(`${error.message}; ${why}`, { cause: error });
}
