import type { CertificatesShown, ClientCertificates } from './injector-version.ts';
import type { AnsweredReplica } from './told-versions.ts';

/** What all replicas together say of client certificates; undefined where none says anything. */
export function agreedClientCertificates(
  replicas: readonly AnsweredReplica[],
): ClientCertificates | undefined {
  const told = replicas.flatMap(({ version }) => version.clientCertificates ?? []);
  if (told.length === 0) return undefined;
  return {
    areRequired: told.some(({ areRequired }) => areRequired),
    shown: together(told.map(({ shown }) => shown)),
  };
}

function together(states: readonly CertificatesShown[]): CertificatesShown {
  const seen = new Set(states.filter(state => state !== 'unknown'));
  if (seen.size > 1) return 'sometimes';
  return [...seen][0] ?? 'unknown';
}

/** As in `not required; the API server shows none`. */
export function clientCertificatesInWords({ areRequired, shown }: ClientCertificates): string {
  return `${areRequired ? 'required' : 'not required'}; ${shownInWords[shown]}`;
}

const shownInWords: Readonly<Record<CertificatesShown, string>> = {
  always: 'the API server shows one',
  never: 'the API server shows none',
  sometimes: 'within an hour reviews came with one and without',
  unknown: 'no review has come yet that would tell whether the API server shows one',
};
