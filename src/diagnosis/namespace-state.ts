import { injectLabel } from '../injection/request/annotation-keys.ts';
import { unmetRequirement } from '../kubernetes/label-selector.ts';
import { isKnown } from './fact.ts';
import type { Installation } from './installation.ts';
import type { Obstacle } from './obstacles.ts';
import { ownWebhooks } from './registration.ts';

/** Why the webhook is not asked about the pods of a namespace; undefined where it is, or where nothing is known of it. */
export function namespaceState(
  installation: Installation,
  namespace: string,
): Extract<Obstacle, 'namespace-opted-out' | 'namespace-excluded'> | undefined {
  const { namespaces } = installation;
  const labels = isKnown(namespaces)
    ? namespaces.value.find(({ name }) => name === namespace)?.labels
    : undefined;
  if (labels === undefined) return undefined;
  if (labels[injectLabel] === 'disabled') return 'namespace-opted-out';
  // The first is the one for pods.
  const stored = ownWebhooks(installation)[0]?.stored;
  const isChosen = stored === undefined || !unmetRequirement(stored['namespaceSelector'], labels);
  return isChosen ? undefined : 'namespace-excluded';
}
