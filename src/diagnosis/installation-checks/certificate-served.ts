import type { X509Certificate } from 'node:crypto';
import { at } from '../../kubernetes/json.ts';
import { isSignedBy, readCertificates } from '../certificates.ts';
import { failure, type Judgement, ok } from '../diagnosis.ts';
import { isKnown, unknown } from '../fact.ts';
import type { Installation } from '../installation.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { obstacleOfRefusal } from '../refusal.ts';
import { ownName, ownWebhooks } from '../registration.ts';
import { bundleOf } from './authority-published.ts';

/**
 * The certificate that a replica shows in a TLS handshake, through a port that the API server forwards. Where nobody may
 * forward one, the API server's own handshake counts, which the dry run has made it do with one replica.
 */
export const certificateServed: InstallationCheck = {
  name: 'certificate-served',
  category: 'certificates',
  title: 'the authority has signed the certificate that is served',
  judge: installation => {
    const seen = (installation.served ?? []).flatMap(({ replica, chain }) =>
      isKnown(chain) ? [{ replica, chain: readCertificates(chain.value.join('\n')) ?? [] }] : [],
    );
    if (seen.length === 0) return judgeByProbe(installation);
    const wrong = seen.flatMap(({ replica, chain }) => problemOf(installation, replica, chain))[0];
    return wrong ?? ok(`handshake with ${seen.length} ${seen.length === 1 ? 'replica' : 'replicas'}`);
  },
};

const advice =
  'see the logs of the replicas, and who else writes caBundle: kubectl get --show-managed-fields';

function problemOf(
  installation: Installation,
  replica: string,
  chain: readonly X509Certificate[],
): readonly Judgement[] {
  const host = `${ownName}.${installation.namespace}.svc`;
  const [leaf] = chain;
  if (leaf !== undefined && leaf.checkHost(host) === undefined) {
    return [
      failure(
        'ca-bundle-mismatch',
        `pod ${replica} serves with a certificate for ${leaf.subjectAltName}, not for ${host}`,
        advice,
      ),
    ];
  }
  const doubting = ownWebhooks(installation).find(
    ({ stored }) => stored !== undefined && !isSignedBy(chain, readCertificates(bundleOf(stored)) ?? []),
  );
  return doubting === undefined
    ? []
    : [
        failure(
          'ca-bundle-mismatch',
          `no authority in caBundle of webhook ${doubting.name} has signed the certificate of pod ${replica}`,
          advice,
        ),
      ];
}

function judgeByProbe({ probe, served = [] }: Installation): Judgement {
  const unseen = served.map(({ chain }) => chain).find(chain => !isKnown(chain));
  const why =
    unseen === undefined || isKnown(unseen) ? unknown('there is no replica to shake hands with') : unseen;
  if (probe === undefined || !isKnown(probe)) return unread('the certificate that is served', why);
  const { refusal, pod } = probe.value.answer;
  const code = refusal === undefined ? undefined : obstacleOfRefusal(refusal);
  if (refusal !== undefined && (code === 'ca-bundle-mismatch' || code === 'certificate-expired'))
    return failure(code, refusal, advice);
  const hasAnswered =
    refusal === undefined
      ? at(pod, ['metadata', 'annotations', 'sidecar.io/status']) !== undefined
      : // It has written the status, or has itself refused the pod.
        code === 'removed-by-another-webhook' || refusal.includes('.sidecar.io" denied');
  return hasAnswered
    ? ok("by the API server's own handshake")
    : unread('the certificate that is served', why);
}
