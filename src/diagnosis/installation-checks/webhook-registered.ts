import { at } from '../../kubernetes/json.ts';
import { failure, ok } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { ownConfiguration, ownName, ownWebhooks } from '../registration.ts';

export const webhookRegistered: InstallationCheck = {
  name: 'webhook-registered',
  category: 'registration',
  title: 'the webhooks are registered',
  judge: installation => {
    const { webhookConfigurations } = installation;
    if (!isKnown(webhookConfigurations))
      return unread('mutatingwebhookconfigurations', webhookConfigurations);
    const again = 'apply the manifests again: kubectl apply --filename deploy/install.yaml';
    if (ownConfiguration(installation) === undefined) {
      // Policies may be the installation.
      if (!isKnown(installation.mutatingPolicies))
        return unread('mutatingadmissionpolicies', installation.mutatingPolicies);
      return failure('webhook-missing', `there is no MutatingWebhookConfiguration "${ownName}"`, again);
    }
    const missing = ownWebhooks(installation).filter(({ stored }) => stored === undefined);
    if (missing.length > 0) {
      const names = inFewWords(missing.map(({ name }) => name));
      return failure(
        'webhook-missing',
        `MutatingWebhookConfiguration "${ownName}" has no webhook ${names}`,
        again,
      );
    }
    const elsewhere = ownWebhooks(installation).find(
      ({ stored = {} }) => at(stored, ['clientConfig', 'service']) === undefined,
    );
    if (elsewhere !== undefined) {
      return failure('webhook-changed', `webhook ${elsewhere.name} calls a URL and no Service`, again);
    }
    return ok(`they call namespace ${installation.namespace}`);
  },
};
