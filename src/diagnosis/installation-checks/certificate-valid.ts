import { lifeOf, readCertificates, validityOf } from '../certificates.ts';
import { failure, ok, warning } from '../diagnosis.ts';
import { isKnown, unknown } from '../fact.ts';
import type { ServedCertificate } from '../installation.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

export const certificateValid: InstallationCheck = {
  name: 'certificate-valid',
  category: 'certificates',
  title: 'the certificate that is served is valid',
  judge: ({ served = [], now }) => {
    const known = served.flatMap(certificate => endOf(certificate, now) ?? []);
    const [first] = known.toSorted((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
    if (first === undefined || known.length < served.length) {
      const unseen = served.map(({ chain }) => chain).find(chain => !isKnown(chain));
      const why = unseen && !isKnown(unseen) ? unseen : unknown('there is no replica to ask');
      return unread('when the certificate that is served expires', why, 'warning');
    }
    const { replica, validity, expiresAt } = first;
    const until = expiresAt.toISOString();
    const advice = `see the logs of pod ${replica}; deleting the pod makes another certificate`;
    if (validity === 'valid') return ok(`until ${until}`);
    return validity === 'expires soon'
      ? warning('certificate-expires', `the certificate of pod ${replica} expires at ${until}`, advice)
      : failure(
          'certificate-expired',
          `the certificate of pod ${replica} is ${validity}: until ${until}`,
          advice,
        );
  },
};

function endOf({ replica, chain, expiresAt }: ServedCertificate, now: Date) {
  const [leaf] = isKnown(chain) ? (readCertificates(chain.value.join('\n')) ?? []) : [];
  if (leaf) return { replica, validity: validityOf(leaf, now), expiresAt: lifeOf(leaf).to };
  if (expiresAt === undefined || !isKnown(expiresAt)) return undefined;
  // When it began is not known; an hour is what a person needs to do something.
  const leftMs = expiresAt.value.getTime() - now.getTime();
  const validity = leftMs < 0 ? 'expired' : leftMs < 3600_000 ? 'expires soon' : 'valid';
  return { replica, validity, expiresAt: expiresAt.value };
}
