import type { JsonObject } from '../../kubernetes/json.ts';
import { ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { neighboursAfter } from '../neighbours.ts';
import { ownWebhooks } from '../registration.ts';

export const otherWebhooks: InstallationCheck = {
  name: 'other-webhooks',
  category: 'neighbours',
  title: 'the injector is asked again after webhooks that come after it',
  judge: installation => {
    const { webhookConfigurations } = installation;
    if (!isKnown(webhookConfigurations))
      return unread('mutatingwebhookconfigurations', webhookConfigurations);
    const after = inFewWords(neighboursAfter(installation).map(({ name }) => name));
    if (after === '') return ok();
    const once = ownWebhooks(installation)
      .filter(({ shipped, stored }) => isAskedAgain(shipped) && stored !== undefined && !isAskedAgain(stored))
      .map(({ name }) => name);
    if (once.length === 0) return ok(`after it: ${after}`);
    return warning(
      'another-webhook-after',
      `after the injector the API server asks ${after}, and ${inFewWords(once)} has reinvocationPolicy Never`,
      'apply the manifests again, which say IfNeeded',
    );
  },
};

function isAskedAgain({ reinvocationPolicy }: JsonObject): boolean {
  return reinvocationPolicy === 'IfNeeded';
}
