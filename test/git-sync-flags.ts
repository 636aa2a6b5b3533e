/**
 * The command line of git-sync v4.7.1 as a table, so that a flag that does not exist or a value that it would not read
 * fails a test without the program.
 * https://github.com/kubernetes/git-sync/blob/v4.7.1/README.md#manual
 */

type Kind = 'string' | 'int' | 'bool' | 'duration' | readonly string[];

interface Flag {
  readonly kind: Kind;
  readonly isRepeatable?: true;
  /** Older versions end on it: it has to be given as a variable, which they ignore. */
  readonly since?: '4.7.0';
  /** The least value. */
  readonly minimum?: number;
}

const flags: Readonly<Record<string, Flag>> = {
  repo: { kind: 'string' },
  ref: { kind: 'string' },
  depth: { kind: 'int', minimum: 0 },
  filter: { kind: 'string', since: '4.7.0' },
  submodules: { kind: ['recursive', 'shallow', 'off'] },
  'sparse-checkout-file': { kind: 'string' },
  root: { kind: 'string' },
  link: { kind: 'string' },
  period: { kind: 'duration', minimum: 0.01 },
  'init-period': { kind: 'duration', minimum: 0.01, since: '4.7.0' },
  'sync-timeout': { kind: 'duration', minimum: 0.01 },
  'sync-on-signal': { kind: 'string' },
  'one-time': { kind: 'bool' },
  'max-failures': { kind: 'int' },
  'init-max-failures': { kind: 'int', since: '4.7.0' },
  'touch-file': { kind: 'string' },
  'error-file': { kind: 'string' },
  'stale-worktree-timeout': { kind: 'duration', minimum: 0 },
  'group-write': { kind: 'bool' },
  'add-user': { kind: 'bool' },
  'exechook-command': { kind: 'string' },
  'exechook-timeout': { kind: 'duration', minimum: 1 },
  'exechook-backoff': { kind: 'duration', minimum: 1 },
  'webhook-url': { kind: 'string' },
  'webhook-method': { kind: 'string' },
  'webhook-success-status': { kind: 'int' },
  'webhook-timeout': { kind: 'duration', minimum: 1 },
  'webhook-backoff': { kind: 'duration', minimum: 1 },
  username: { kind: 'string' },
  'password-file': { kind: 'string' },
  credential: { kind: 'string', isRepeatable: true },
  'ssh-key-file': { kind: 'string', isRepeatable: true },
  'ssh-known-hosts': { kind: 'bool' },
  'ssh-known-hosts-file': { kind: 'string' },
  'cookie-file': { kind: 'bool' },
  'askpass-url': { kind: 'string' },
  'github-base-url': { kind: 'string' },
  'github-app-private-key-file': { kind: 'string' },
  'github-app-client-id': { kind: 'string' },
  'github-app-application-id': { kind: 'int' },
  'github-app-installation-id': { kind: 'int' },
  'git-config': { kind: 'string' },
  'git-gc': { kind: ['auto', 'always', 'aggressive', 'off'] },
  git: { kind: 'string' },
  'http-bind': { kind: 'string' },
  'http-metrics': { kind: 'bool' },
  'http-pprof': { kind: 'bool' },
  verbose: { kind: 'int', minimum: 0 },
};

/** Variables beside those that every flag has. */
const variables: Readonly<Record<string, Flag>> = {
  PASSWORD: { kind: 'string' },
  GITHUB_APP_PRIVATE_KEY: { kind: 'string' },
};

/** Everything that git-sync, or a careful reviewer, would object to in its arguments. */
export function problemsOfArguments(args: readonly string[]): readonly string[] {
  const given = args.map(argument => /^--([a-z0-9-]+)(?:=([\s\S]*))?$/.exec(argument) ?? argument);
  const strays = given.filter(entry => typeof entry === 'string').map(entry => `stray word ${entry}`);
  const pairs = given.flatMap(entry =>
    typeof entry === 'string' ? [] : [[entry[1] ?? '', entry[2]] as const],
  );
  const names = pairs.map(([name]) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index && !flags[name]?.isRepeatable);
  return [
    ...strays,
    ...pairs.flatMap(([name, value]) => problemsOfFlag(name, value)),
    ...repeated.map(name => `--${name} is given twice`),
    ...['repo', 'root'].filter(name => !names.includes(name)).map(name => `--${name} is missing`),
    ...problemsTogether(new Set(names)),
  ];
}

/** Everything wrong in the variables of its container. */
export function problemsOfVariables(
  env: readonly { readonly name: string; readonly value?: string }[],
): readonly string[] {
  return env.flatMap(({ name, value }) => {
    if (name.startsWith('GIT_SYNC_')) return [`${name} is a name of version 3, and it would win`];
    if (value === '') return [`${name} is empty`];
    if (!name.startsWith('GITSYNC_')) return [];
    const suffix = name.slice('GITSYNC_'.length);
    const flag = variables[suffix] ?? flags[suffix.toLowerCase().replaceAll('_', '-')];
    if (flag === undefined) return [`${name} is unknown, so it would be ignored`];
    return value === undefined ? [] : problemsOfValue(name, value, flag);
  });
}

function problemsOfFlag(name: string, value: string | undefined): readonly string[] {
  const flag = flags[name];
  if (flag === undefined) return [`--${name} does not exist`];
  if (flag.since !== undefined) return [`--${name} would end versions before ${flag.since}`];
  if (value === undefined) return flag.kind === 'bool' ? [] : [`--${name} has no value`];
  return problemsOfValue(`--${name}`, value, flag);
}

function problemsOfValue(name: string, value: string, { kind, minimum }: Flag): readonly string[] {
  if (value === '') return [`${name} is empty`];
  if (typeof kind === 'object')
    return kind.includes(value) ? [] : [`${name}: ${value} is not one of ${kind.join()}`];
  const amount = amountOf(value, kind);
  if (amount === undefined) return [`${name}: ${value} is no ${kind}`];
  return minimum !== undefined && amount < minimum ? [`${name}: ${value} is below ${minimum}`] : [];
}

/** The value as a number, 0 where it has none; undefined where Go's flag parser would end the program. */
function amountOf(value: string, kind: Kind): number | undefined {
  if (kind === 'int') return /^[+-]?\d+$/.test(value) ? Number(value) : undefined;
  if (kind === 'bool')
    return ['true', 'false', 'True', 'False', 'TRUE', 'FALSE', 't', 'f', '1', '0'].includes(value)
      ? 0
      : undefined;
  return kind === 'duration' ? seconds(value) : 0;
}

/** https://pkg.go.dev/time#ParseDuration */
function seconds(text: string): number | undefined {
  const units: Readonly<Record<string, number>> = {
    ns: 1e-9,
    us: 1e-6,
    µs: 1e-6,
    ms: 1e-3,
    s: 1,
    m: 60,
    h: 3600,
  };
  let [rest, sum] = [text, 0];
  while (rest !== '') {
    const [part, amount = '', unit = ''] = /^(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/.exec(rest) ?? [];
    if (part === undefined) return undefined;
    sum += Number(amount) * (units[unit] ?? 0);
    rest = rest.slice(part.length);
  }
  return text === '' || sum > 2 ** 63 / 1e9 ? undefined : sum;
}

function problemsTogether(names: ReadonlySet<string>): readonly string[] {
  const rules = [
    {
      fits: !names.has('http-metrics') || names.has('http-bind'),
      problem: '--http-metrics needs --http-bind',
    },
    {
      fits: !names.has('username') || names.has('password-file'),
      problem: '--username needs --password-file',
    },
    { fits: !names.has('one-time') || !names.has('http-bind'), problem: '--one-time serves nothing' },
  ];
  return rules.filter(({ fits }) => !fits).map(({ problem }) => problem);
}
