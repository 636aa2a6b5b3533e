import { at, isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { isKnown } from './fact.ts';
import type { Installation } from './installation.ts';
import { shippedFor } from './shipped-for.ts';
import { shippedClusterWebhooks, shippedWebhooks } from './shipped-installation.ts';

/** The name of an object of the API. */
export function nameOf(object: Json | undefined): string {
  return String(at(object, ['metadata', 'name']) ?? '');
}

/** The webhooks of a MutatingWebhookConfiguration, in the order in which the API server asks them. */
export function webhooksOf(configuration: JsonObject | undefined): readonly JsonObject[] {
  const webhooks = configuration?.['webhooks'];
  return Array.isArray(webhooks) ? webhooks.filter(isObject) : [];
}

/** Our MutatingWebhookConfiguration; undefined where it is not there, or not known. */
export function ownConfiguration({
  webhookConfigurations,
}: Pick<Installation, 'webhookConfigurations'>): JsonObject | undefined {
  const all = isKnown(webhookConfigurations) ? webhookConfigurations.value : [];
  return all.find(configuration => nameOf(configuration) === ownName);
}

/** Whether the injector is asked about all pods, as the component `cluster-wide` has it. */
export function isClusterWide(configuration: JsonObject | undefined): boolean {
  return webhooksOf(configuration).some(({ name }) => name === 'pods-in-cluster.sidecar.io');
}

/**
 * The webhooks that are installed, each beside the stored one of its name. Those of the component `cluster-wide` are among
 * them where one of them is stored.
 */
export function ownWebhooks(installation: Installation): readonly OwnWebhook[] {
  const stored = webhooksOf(ownConfiguration(installation));
  const own = (webhooks: readonly JsonObject[]) =>
    webhooks.map(webhook => {
      const shipped = shippedFor(installation.namespace, webhook);
      return {
        name: String(shipped['name']),
        shipped,
        stored: stored.find(({ name }) => name === shipped['name']),
      };
    });
  const ofCluster = own(shippedClusterWebhooks);
  const isWide = ofCluster.some(webhook => webhook.stored !== undefined);
  return [...own(webhooksOf(shippedWebhooks)), ...(isWide ? ofCluster : [])];
}

export interface OwnWebhook {
  readonly name: string;
  readonly shipped: JsonObject;
  /** Undefined where it is missing. */
  readonly stored: JsonObject | undefined;
}

export const ownName = nameOf(shippedWebhooks);
