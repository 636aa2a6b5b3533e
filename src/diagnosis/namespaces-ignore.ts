import { isKnown } from './fact.ts';
import type { Installation } from './installation.ts';
import { nameOf, ownConfiguration, webhooksOf } from './registration.ts';

/** The policy that refuses what a labelled namespace asks for and a pod of it has not got. */
export const namespaceGuardName = 'sidecar-injector-namespace-guard';

/** The webhook whose failure policy says what becomes of such pods while no injector answers. */
export const namespaceWebhookName = 'pods-in-namespaces.sidecar.io';

/**
 * Whether somebody wants pods of labelled namespaces to start although no injector answers, as the component
 * `namespaces-ignore` has it: the webhook fails open, and the guard is not there. One without the other is a mistake.
 */
export function prefersAvailability(
  installation: Pick<Installation, 'webhookConfigurations' | 'policies' | 'server'>,
): boolean {
  const { policies, server } = installation;
  const stored = webhooksOf(ownConfiguration(installation)).find(({ name }) => name === namespaceWebhookName);
  if (stored?.['failurePolicy'] !== 'Ignore') return false;
  if (isKnown(server) && !server.value.hasPolicies) return true;
  return isKnown(policies) && !policies.value.some(policy => nameOf(policy) === namespaceGuardName);
}
