import type { JsonObject } from '../kubernetes/json.ts';
import { isKnown } from './fact.ts';
import type { Installation } from './installation.ts';
import { nameOf, ownName, webhooksOf } from './registration.ts';
import { podCreation, watches } from './webhook-rules.ts';

/** A webhook of somebody else that may change the pods that we inject. */
export interface Neighbour {
  /** The configuration, then the webhook, as in `istio-sidecar-injector/rev.namespace.sidecar-injector.istio.io`. */
  readonly name: string;
  readonly webhook: JsonObject;
}

/**
 * The mutating webhooks that are asked about new pods after ours: configurations are taken in the order of their names.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-ordering
 */
export function neighboursAfter({
  webhookConfigurations,
}: Pick<Installation, 'webhookConfigurations'>): readonly Neighbour[] {
  const all = isKnown(webhookConfigurations) ? webhookConfigurations.value : [];
  return all
    .filter(configuration => nameOf(configuration) > ownName)
    .flatMap(configuration =>
      webhooksOf(configuration)
        .filter(webhook => watches(webhook, podCreation))
        .map(webhook => ({ name: `${nameOf(configuration)}/${webhook['name']}`, webhook })),
    );
}
