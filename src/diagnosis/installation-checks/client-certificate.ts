import { failure, ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import type { Installation } from '../installation.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { obstacleOfRefusal } from '../refusal.ts';
import { agreedClientCertificates, clientCertificatesInWords } from '../versions/client-certificates.ts';
import { answered } from '../versions/told-versions.ts';
import { silentOf } from './definitions-in-force.ts';

/**
 * Whether the API server shows a certificate to the injector, which asks for one now and then. It is to be known before one is
 * required: from then on an API server that shows none gets no annotated pod admitted.
 */
export const clientCertificate: InstallationCheck = {
  name: 'client-certificate',
  category: 'certificates',
  title: 'the API server shows a client certificate where one is required',
  judge: installation => {
    const { versions, webhookConfigurations } = installation;
    if (!isKnown(webhookConfigurations)) {
      return unread('MutatingWebhookConfigurations', webhookConfigurations, 'warning');
    }
    if (versions === undefined) return ok('no injector is there yet, which alone would see one');
    const replicas = answered(versions);
    const told = agreedClientCertificates(replicas);
    const refusal = refusalOf(installation);
    if (refusal !== undefined && isAboutCertificate(refusal, told?.areRequired === true)) {
      return failure('client-certificate-refused', refusal, advice);
    }
    const silent = silentOf(versions);
    if (replicas.length === 0 && silent !== undefined) {
      return unread('the client certificates that the replicas see', silent, 'warning');
    }
    if (told === undefined) return ok('an injector of this version does not tell');
    const words = clientCertificatesInWords(told);
    if (!told.areRequired || told.shown === 'always' || told.shown === 'unknown') return ok(words);
    return warning('client-certificate-refused', `client certificates: ${words}`, advice);
  },
};

const advice =
  'give each API server a certificate that the CA has signed, or leave out the component client-certificates: docs/install/certificates.md';

/** What became of the pod that was tried, where it was refused. */
function refusalOf({ probe }: Installation): string | undefined {
  return probe !== undefined && isKnown(probe) ? probe.value.answer.refusal : undefined;
}

/** Where one is required and does not fit, the connection may end without a word. */
function isAboutCertificate(refusal: string, isRequired: boolean): boolean {
  const code = obstacleOfRefusal(refusal);
  return (
    code === 'client-certificate-refused' ||
    (isRequired && code === 'webhook-unreachable' && endedConnection.test(refusal))
  );
}

/** As Go says it, by who has noticed first. */
const endedConnection = /EOF|connection reset|broken pipe|use of closed network connection/;
