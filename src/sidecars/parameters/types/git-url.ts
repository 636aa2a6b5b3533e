import type { Misfit, ParameterType, TypedValue } from './parameter-type.ts';

/**
 * The address of a Git repository. What git would take as an option, a helper program or a local file is refused:
 * `ext::` runs a command, a host or user with a leading minus becomes an option of ssh (CVE-2017-1000117), and git
 * decodes percent signs in both.
 */
export const gitUrl: ParameterType = {
  expects: 'https://host/path, http://host/path, ssh://user@host/path or user@host:path',
  maximumLength: 4096,
  facts: {
    https: 'the repository is reached over https',
    http: 'the repository is reached over http',
    ssh: 'the repository is reached over ssh, in either notation',
  },
  constraints: ['pattern'],
  isSingle: true,
  read: text => readHttp(text) ?? readSsh(text) ?? readScp(text) ?? { use: adviceFor(text) },
};

/** The parts of an address, as sources of regular expressions. */
export const host = String.raw`(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])`;
export const user = `[A-Za-z0-9_][A-Za-z0-9._+-]*`;
export const port = String.raw`(?::(?<port>\d{1,5}))?`;
export const httpPattern = new RegExp(
  `^(?<scheme>https?)://(?:(?<userInfo>[^/?#]*)@)?${host}${port}/(?<path>.+)$`,
);
export const sshPattern = new RegExp(`^ssh://${user}@${host}${port}/(?<path>.+)$`);
export const scpPattern = new RegExp(`^${user}@${host}:(?<path>.+)$`);

function readHttp(text: string): TypedValue | Misfit | undefined {
  const groups = httpPattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { scheme = '', host = '', userInfo, port, path } = groups;
  if (userInfo !== undefined) return { use: 'a URL without user info; credentials belong in a Secret' };
  if (path?.includes('#')) return { use: 'a URL without a fragment (#…)' };
  if (!URL.canParse(text) || !isPort(port)) return { use: gitUrl.expects };
  const value: TypedValue = { value: text, facts: [scheme], origins: [{ scheme, host }] };
  if (scheme === 'https') return value;
  return {
    ...value,
    warning: { code: 'unencrypted-url', message: 'http is not encrypted; use https or ssh' },
  };
}

function readSsh(text: string): TypedValue | undefined {
  const groups = sshPattern.exec(text)?.groups;
  if (groups === undefined || !isPort(groups['port']) || groups['path']?.startsWith('-')) return undefined;
  return sshValue(text, groups['host']);
}

function readScp(text: string): TypedValue | undefined {
  const groups = scpPattern.exec(text)?.groups;
  if (groups === undefined || /^(-|\/\/)/.test(groups['path'] ?? '')) return undefined;
  return sshValue(text, groups['host']);
}

function sshValue(text: string, host = ''): TypedValue {
  return { value: text, facts: ['ssh'], origins: [{ scheme: 'ssh', host }] };
}

function isPort(text: string | undefined): boolean {
  return text === undefined || (Number(text) > 0 && Number(text) < 65536);
}

function adviceFor(text: string): string {
  const known = advices.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  return hasUserInfo(text) ? secretAdvice : gitUrl.expects;
}

/** What to write instead of texts that match, the first of them. */
export const advices: readonly (readonly [pattern: RegExp, use: string])[] = [
  [/^ssh:\/\/[^@]*(\/|$)/, 'ssh://user@host/path; without a user the login fails'],
  [/^(file:|\/|\.)/, `${gitUrl.expects}; a local path is not in the sidecar`],
  [/^https?:\/\/[^/]+\/?$/, 'a URL with the path of a repository after the host'],
  // A user of ssh is no credential; a password after it is.
  [/^ssh:\/\/[^@:/]+@[^@]*$/, gitUrl.expects],
];

export const secretAdvice = `${gitUrl.expects}; credentials belong in a Secret`;

/** Whether something stands before an `@` that could be a user and a password. */
function hasUserInfo(text: string): boolean {
  const authority = text.indexOf('://');
  const at = text.lastIndexOf('@');
  const isInUrl = authority >= 0 && at >= authority + 3;
  return isInUrl || /^[^/@:]*:/.exec(text.slice(0, Math.max(at, 0))) !== null;
}
