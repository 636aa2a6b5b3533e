import type { Config } from './config.ts';

/** What is wrong between settings, each of which is fine by itself; those that are missing were faulty. */
export function findContradictions(config: Partial<Config>): readonly string[] {
  return [...aboutFiles(config), ...aboutLifetimes(config), ...aboutPullSecrets(config)];
}

/** They are for all containers of a pod, so that nobody gets them without a word about that. */
function aboutPullSecrets({ imagePullSecrets, allowImagePullSecrets }: Partial<Config>): readonly string[] {
  return allowImagePullSecrets === false && (imagePullSecrets?.length ?? 0) > 0
    ? ['imagePullSecrets: pods get none without allowImagePullSecrets: true; set it or leave them out']
    : [];
}

function aboutFiles({ tls, tlsCertFile, tlsKeyFile }: Partial<Config>): readonly string[] {
  const missing = [
    ...(tlsCertFile === '' ? ['--tls-cert-file'] : []),
    ...(tlsKeyFile === '' ? ['--tls-key-file'] : []),
  ];
  if (tls === 'files') return missing.map(flag => `--tls files needs ${flag}`);
  return tls !== undefined && missing.length < 2
    ? ['--tls-cert-file and --tls-key-file go with --tls files']
    : [];
}

function aboutLifetimes(config: Partial<Config>): readonly string[] {
  const { caLifetime, certificateLifetime, caRenewAfter, certificateRenewAfter } = config;
  const problems: string[] = [];
  if (caLifetime && certificateLifetime && certificateLifetime.milliseconds > caLifetime.milliseconds) {
    problems.push(
      `certificateLifetime: got ${certificateLifetime.text}; use no more than caLifetime, ${caLifetime.text}`,
    );
  }
  if (caLifetime && caRenewAfter) {
    const shares = caLifetime.milliseconds / caRenewAfter.milliseconds;
    // Each one before stays trusted until it ends: together they have to fit into the Secret.
    if (shares <= 1 || shares > maxAuthorities) {
      problems.push(
        `caRenewAfter: got ${caRenewAfter.text}; use less than caLifetime, ${caLifetime.text}, and no less than a hundredth of it`,
      );
    }
  }
  const isTooLate =
    certificateLifetime &&
    certificateRenewAfter &&
    certificateRenewAfter.milliseconds >= certificateLifetime.milliseconds;
  if (isTooLate) {
    problems.push(
      `certificateRenewAfter: got ${certificateRenewAfter.text}; use less than certificateLifetime, ${certificateLifetime.text}`,
    );
  }
  return problems;
}

const maxAuthorities = 100;
