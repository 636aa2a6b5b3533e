import { isMap } from './is-map.ts';
import { shown } from './shown.ts';

/** The names of Secrets, or what to write instead, completing "use …", or what is wrong with entries, behind their place. */
export type PullSecretsReading =
  | { readonly value: readonly string[] }
  | { readonly value?: never; readonly use: string }
  | { readonly value?: never; readonly problems: readonly string[] };

/** Reads the value of `imagePullSecrets`, which is written as in a pod. */
export function readPullSecrets(value: unknown): PullSecretsReading {
  const use = `a list of at most ${maxSecrets} Secrets as in a pod, such as [${example}]`;
  if (!Array.isArray(value) || value.length > maxSecrets) return { use };
  const problems = value.flatMap((entry: unknown, index) =>
    isSecret(entry) ? [] : [`[${index}]: got ${shown(entry)}; use ${example}`],
  );
  if (problems.length > 0) return { problems };
  return { value: [...new Set(value.filter(isSecret).map(({ name }) => name))] };
}

const example = '{name: registry-credentials}';

function isSecret(entry: unknown): entry is { readonly name: string } {
  if (!isMap(entry) || Object.keys(entry).length !== 1) return false;
  const { name } = entry;
  return typeof name === 'string' && name.length <= maxName && namePattern.test(name);
}

/** Nobody has more in earnest. */
const maxSecrets = 20;
const maxName = 253;
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const namePattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
