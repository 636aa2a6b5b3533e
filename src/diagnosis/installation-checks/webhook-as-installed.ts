import { shownValue } from '../../injection/shown-value.ts';
import type { Json } from '../../kubernetes/json.ts';
import { failure, ok, warning } from '../diagnosis.ts';
import type { Difference } from '../differences.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { namespaceWebhookName, prefersAvailability } from '../namespaces-ignore.ts';
import { ownName, ownWebhooks } from '../registration.ts';
import { webhookDifferences } from '../webhook-differences.ts';

export const webhookAsInstalled: InstallationCheck = {
  name: 'webhook-as-installed',
  category: 'registration',
  title: 'the webhooks are as the manifests say',
  judge: installation => {
    const { webhookConfigurations } = installation;
    if (!isKnown(webhookConfigurations))
      return unread('mutatingwebhookconfigurations', webhookConfigurations);
    const webhooks = ownWebhooks(installation).filter(({ stored }) => stored !== undefined);
    if (webhooks.length === 0)
      return failure('webhook-missing', 'there is none to compare', 'see webhook-registered');
    const isOpen = prefersAvailability(installation);
    const differences = webhooks
      .flatMap(webhookDifferences)
      .filter(({ path }) => !isOpen || path !== namespaceFailurePolicy);
    if (differences.length === 0)
      return ok(isOpen ? 'pods of labelled namespaces can start bare while no injector answers' : undefined);
    const say = differences.every(isAChoice) ? warning : failure;
    return say(
      'webhook-changed',
      `MutatingWebhookConfiguration "${ownName}": ${inFewWords(differences.map(inWords))}`,
      'apply the manifests again, or make the change in a kustomization of your own',
    );
  },
};

const namespaceFailurePolicy = `webhooks[${namespaceWebhookName}].failurePolicy`;

/** What somebody may want otherwise, and what lets no annotated pod through unseen where the guard is in force. */
function isAChoice({ path }: Difference): boolean {
  return /\.(namespaceSelector|objectSelector|timeoutSeconds)\b|-in-cluster\.sidecar\.io\]\.failurePolicy$/.test(
    path,
  );
}

function inWords({ path, shipped, stored }: Difference): string {
  if (path.endsWith('.rules')) return `${path} leaves out ${shipped}`;
  if (stored === undefined) return `${path} is missing`;
  if (shipped === undefined) return `${path} is added`;
  return `${path} is ${short(stored)} and not ${short(shipped)}`;
}

function short(value: Json): string {
  return shownValue(typeof value === 'string' ? value : JSON.stringify(value));
}
