import { at, type JsonObject } from '../../kubernetes/json.ts';
import { lifeOf, readCertificates, validityOf } from '../certificates.ts';
import { failure, type Judgement, ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { ownWebhooks } from '../registration.ts';

export const authorityPublished: InstallationCheck = {
  name: 'authority-published',
  category: 'certificates',
  title: 'the webhooks name an authority that is valid',
  judge: installation => {
    const { webhookConfigurations, now } = installation;
    if (!isKnown(webhookConfigurations))
      return unread('mutatingwebhookconfigurations', webhookConfigurations);
    const webhooks = ownWebhooks(installation).filter(({ stored }) => stored !== undefined);
    if (webhooks.length === 0) {
      return failure('webhook-missing', 'there is no webhook that could name one', 'see webhook-registered');
    }
    const judgements = webhooks.map(({ name, stored = {} }) => judgeBundle(name, bundleOf(stored), now));
    const ofOutcome = (wanted: Judgement['outcome']) => judgements.find(({ outcome }) => outcome === wanted);
    return ofOutcome('failure') ?? ofOutcome('warning') ?? judgements[0] ?? ok();
  },
};

/** The authorities of a webhook, in PEM; empty where there are none. */
export function bundleOf(webhook: JsonObject): string {
  const bundle = at(webhook, ['clientConfig', 'caBundle']);
  return typeof bundle === 'string' ? Buffer.from(bundle, 'base64').toString() : '';
}

const restart = 'see the logs of the replicas, which write it; with cert-manager, the logs of its cainjector';

function judgeBundle(name: string, bundle: string, now: Date): Judgement {
  if (bundle === '') return failure('ca-bundle-missing', `webhook ${name} has no caBundle`, restart);
  const authorities = readCertificates(bundle);
  if (authorities === undefined) {
    return failure(
      'ca-bundle-unreadable',
      `caBundle of webhook ${name} is no list of certificates in PEM`,
      restart,
    );
  }
  const [best] = authorities
    .map(authority => ({ ...lifeOf(authority), validity: validityOf(authority, now) }))
    .toSorted((a, b) => b.to.getTime() - a.to.getTime())
    .toSorted((a, b) => order.indexOf(a.validity) - order.indexOf(b.validity));
  const until = best?.to.toISOString();
  switch (best?.validity) {
    case 'valid':
      return ok(`until ${until}`);
    case 'expires soon':
      return warning('certificate-expires', `the authority of webhook ${name} expires at ${until}`, restart);
    default:
      return failure(
        'certificate-expired',
        `the authority of webhook ${name} is ${best?.validity}: from ${best?.from.toISOString()} to ${until}`,
        restart,
      );
  }
}

const order = ['valid', 'expires soon', 'not yet valid', 'expired'];
