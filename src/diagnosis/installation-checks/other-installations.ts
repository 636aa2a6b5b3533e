import { at, type JsonObject } from '../../kubernetes/json.ts';
import { failure, ok } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { nameOf, ownName, webhooksOf } from '../registration.ts';

export const otherInstallations: InstallationCheck = {
  name: 'other-installations',
  category: 'neighbours',
  title: 'no other MutatingWebhookConfiguration calls an injector',
  judge: ({ webhookConfigurations }) => {
    if (!isKnown(webhookConfigurations))
      return unread('mutatingwebhookconfigurations', webhookConfigurations);
    const others = webhookConfigurations.value
      .filter(configuration => nameOf(configuration) !== ownName)
      .flatMap(configuration =>
        webhooksOf(configuration)
          .filter(callsAnInjector)
          .map(webhook => `${nameOf(configuration)} (webhook ${webhook['name']}${serviceOf(webhook)})`),
      );
    if (others.length === 0) return ok();
    return failure(
      'webhook-registered-twice',
      `MutatingWebhookConfigurations that call an injector beside "${ownName}": ${inFewWords(others)}`,
      'delete those of an installation that is not there any more: kubectl delete mutatingwebhookconfiguration NAME',
    );
  },
};

function callsAnInjector(webhook: JsonObject): boolean {
  return (
    String(webhook['name']).endsWith('.sidecar.io') ||
    at(webhook, ['clientConfig', 'service', 'name']) === ownName
  );
}

function serviceOf(webhook: JsonObject): string {
  const namespace = at(webhook, ['clientConfig', 'service', 'namespace']);
  return namespace === undefined ? '' : `, namespace ${namespace}`;
}
