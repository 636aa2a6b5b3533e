import fc from 'fast-check';
import { isOfSwitch } from '../../src/injection/request/sidecar-instance.ts';
import type { SidecarDefinition } from '../../src/sidecars/definition.ts';
import { listSeparators } from '../additions.ts';
import { oddKey } from './arbitrary-json.ts';

export type Annotations = Readonly<Record<string, string>>;

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const segment = fc
  .stringMatching(/^[A-Za-z0-9._][A-Za-z0-9._-]{0,12}$/)
  .filter(text => !['.', '..', '.git-sync', 'tmp-link'].includes(text));
/** A key of a Secret, as Kubernetes allows. */
const secretKey = segment.filter(text => !text.startsWith('..'));
const dollars = fc.string({
  unit: fc.constantFrom('$', '(', ')', 'A', '_', 'x'),
  minLength: 1,
  maxLength: 12,
});
const duration = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.constantFrom('s', 'm', 'h', 'm30s', '.5s'))
  .map(([amount, unit]) => `${amount}${unit}`);

const repository = fc.oneof(
  fc.constantFrom(
    'https://github.com/org/site.git',
    'http://git.internal:8080/site',
    'https://[::1]:8443/a?b=c',
  ),
  fc.constantFrom('git@github.com:org/site.git', 'ssh://git@git.example.com:2222/org/site.git'),
  dollars.map(text => `https://github.com/org/${text}`),
  dollars.map(text => `git@github.com:x${text}`),
);

const ref = fc.oneof(
  fc.constantFrom('HEAD', 'release/1.x', 'v1.2.3', 'refs/heads/x', 'ветка', '0123abc'),
  fc.stringMatching(/^[0-9a-f]{40}$/),
  dollars,
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const parameters = fc.record({
  ref: maybe(ref),
  depth: maybe(fc.nat().map(String)),
  submodules: maybe(fc.constantFrom('recursive', 'shallow', 'off')),
  filter: maybe(fc.constantFrom('blob:none', 'tree:0')),
  sparse: maybe(name),
  period: maybe(duration),
  timeout: maybe(duration),
  stale: maybe(fc.oneof(duration, fc.constant('0s'))),
  link: maybe(segment),
  secret: maybe(name),
  'username-key': maybe(secretKey),
  'password-key': maybe(secretKey),
  'known-hosts': maybe(fc.oneof(fc.constant('off'), name)),
  ca: maybe(name),
  webhook: maybe(dollars.map(text => `http://localhost:8080/${text}?q=${text}`)),
  'touch-file': maybe(segment.map(text => `touched${text}`)),
  metrics: maybe(fc.constantFrom('true', 'false')),
  verbose: maybe(fc.nat(6).map(String)),
  mode: maybe(fc.constantFrom('auto', 'native', 'classic', 'init')),
  wait: maybe(fc.constantFrom('true', 'false')),
  cpu: maybe(fc.constantFrom('50m', '1', '1.5')),
  memory: maybe(fc.constantFrom('100Mi', '512Mi', '1e8')),
  'cpu-limit': maybe(fc.constantFrom('1500m', '2')),
  'memory-limit': maybe(fc.constantFrom('512Mi', '2Gi')),
  'run-as-user': maybe(fc.constantFrom('none', '1000', '2147483647')),
  size: maybe(fc.constantFrom('1Gi', '100M')),
});

const metricsPorts: Readonly<Record<string, string>> = { _docs: '19419', _extra: '19420' };

/** Annotations of one instance, all of them valid, and no two that contradict each other. */
export function validRequest(instance: string): fc.Arbitrary<Annotations> {
  const key = `sidecar.io/git-sync${instance}`;
  return fc.tuple(repository, parameters).map(([repo, { wait, metrics, ...others }]) => {
    const isOnce =
      others.mode === 'init' || (others.mode !== 'native' && /^[0-9a-f]{40}$/.test(others.ref ?? ''));
    const all = {
      ...others,
      wait: isOnce ? undefined : wait,
      metrics,
      // All instances would listen on the same port.
      'metrics-port': metrics === 'true' ? metricsPorts[instance] : undefined,
    };
    const entries = Object.entries(all).flatMap(([parameter, value]): [string, string][] =>
      value === undefined ? [] : [[`${key}.${parameter}`, value]],
    );
    return { [key]: repo, ...Object.fromEntries(entries) };
  });
}

/** Values of the annotation that asks for a sidecar, by the sidecars that ship. */
const switchValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'git-sync': repository,
  'log-collector': fc
    .tuple(
      fc.constantFrom('/var/log/app', '/tmp', '/logs', '/tmp/app', '/var/log/web/', '/data'),
      fc.constantFrom('*.log', '**/*.log', 'app.log'),
    )
    .map(parts => parts.join('/').replace('//', '/')),
  'statsd-exporter': fc.constant('true'),
  'tls-proxy': fc.constantFrom('8443:8080', '1:65535', '443:80'),
};

const objectName = fc.oneof(
  name,
  fc.constantFrom('a.b', 'a', `${'a'.repeat(63)}.${'b'.repeat(63)}`, 'a'.repeat(253)),
);
const ports = fc.constantFrom('1', '80', '8125', '9103', '9104', '20000', '65535');

/** Values by the type of a parameter: ordinary ones, and those at the edge of what it takes. */
const valuesByType: Readonly<Record<string, fc.Arbitrary<string>>> = {
  string: fc.oneof(segment, dollars, fc.constantFrom('x', 'a.b', 'x'.repeat(4096))),
  integer: fc.constantFrom('0', '1', '10', '300', '2147483647'),
  boolean: fc.constantFrom('true', 'false'),
  duration: fc.oneof(duration, fc.constantFrom('0s', '1s', '24h')),
  quantity: fc.constantFrom(
    '0',
    '1m',
    '50m',
    '1',
    '1.5',
    '100Mi',
    '1e8',
    '0.0001',
    '1Gi',
    '100m',
    '.5',
    '1E',
  ),
  'git-url': repository,
  'git-ref': ref,
  path: fc.constantFrom('/a', '/tmp', '/tmp/x', '/var/run', '/a b/ö', `/${'d'.repeat(200)}`, '/etc'),
  'path-segment': fc.oneof(
    segment.filter(text => !text.startsWith('..')),
    fc.constantFrom('..', 'a..b', 'x'.repeat(253)),
  ),
  'secret-key': fc.oneof(segment, fc.constantFrom('..data', 'a..b', 'x'.repeat(253), 'x'.repeat(254))),
  name: fc.oneof(name, fc.constantFrom('a'.repeat(63), 'a'.repeat(59), '0')),
  secret: objectName,
  'config-map': objectName,
  url: fc.constantFrom('http://localhost:9090/-/reload', 'https://example.com/x?y=z'),
  endpoint: fc.constantFrom('otel:4317', 'http://otel:4318', 'https://otel.example.com'),
  port: ports,
};

const valuesByName: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'run-as-user': fc.constantFrom('none', '1', '1000', '2147483647'),
  attributes: fc.constantFrom('a=1', 'a=1,b=2'),
};

/** Annotations for a sidecar that ships, some parameters of it set, most of them to values that it takes. */
export function requestFor(definition: SidecarDefinition, instance: string): fc.Arbitrary<Annotations> {
  const key = `sidecar.io/${definition.name}${instance}`;
  const names = [...definition.parameters.keys()].filter(
    parameter => !isOfSwitch(definition, parameter) && !['containers', 'mount'].includes(parameter),
  );
  const asked = switchValues[definition.name] ?? fc.constant('true');
  const entry = (parameter: string) => {
    const { type, defaultValue, expects } = definition.parameters.get(parameter) ?? {};
    const enumerated = fc.constantFrom(...(expects ?? '').replace(/^one of /, '').split(/, | or /));
    const values = valuesByName[parameter] ?? valuesByType[type ?? ''] ?? enumerated;
    const usual = defaultValue === undefined ? values : fc.constant(defaultValue.text);
    const chosen = fc.oneof({ arbitrary: values, weight: 3 }, { arbitrary: usual, weight: 1 });
    return chosen.map((value): readonly [string, string] => [`${key}.${parameter}`, value]);
  };
  const required = names.filter(parameter => definition.parameters.get(parameter)?.isRequired);
  const needed = (parameter: string) => {
    const [subject = ''] = definition.parameters.get(parameter)?.needs?.split('.') ?? [];
    return names.includes(subject) ? [subject, parameter] : [parameter];
  };
  return fc
    .tuple(asked, fc.subarray(names, { maxLength: 4 }))
    .chain(([value, chosen]) =>
      fc
        .tuple(...[...new Set([...required, ...chosen.flatMap(needed)])].map(entry))
        .map(entries => Object.fromEntries([[key, value], ...entries])),
    );
}

/** Lists of the user's that names are put behind, some of which stand there already. */
export const ownLists: fc.Arbitrary<Annotations> = fc
  .subarray(Object.entries(listSeparators))
  .chain(keys =>
    fc.tuple(
      ...keys.map(([key, separator]) =>
        fc
          .array(
            fc.constantFrom('', 'cache', ' cache ', 'git-sync', 'git-sync-tmp', 'one', 'one-tmp', 'content'),
            {
              maxLength: 4,
            },
          )
          .map(names => [key, names.join(separator)] as const),
      ),
    ),
  )
  .map(Object.fromEntries);

/** Annotations of somebody else. */
export const foreignAnnotations: fc.Arbitrary<Annotations> = fc
  .tuple(fc.array(fc.tuple(oddKey, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 3 }), ownLists)
  .map(([entries, lists]) => ({
    ...Object.fromEntries(entries.filter(([key]) => !key.startsWith('sidecar.io/'))),
    ...lists,
  }));

const parameterEnding = fc.constantFrom(
  '',
  '.mount',
  '.inject',
  '.containers',
  '.volume',
  '.ref',
  '.mode',
  '.wait',
  '.memory',
  '.mnt',
  '.',
  '..x',
);

const ourKey = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('git-sync', 'git-sync', 'git-sync_docs', 'git-sync_init'), parameterEnding)
      .map(parts => `sidecar.io/${parts.join('')}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('gitsync', 'GIT', 'constructor', '__proto__', 'toString'), parameterEnding)
      .map(parts => `sidecar.io/${parts.join('')}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'sidecar.io/inject',
      'sidecar.io/status',
      'sidecar.io/propagated',
      'sidecar.io/',
    ),
  },
  // The API server refuses a key with a control character, though only after the webhooks.
  { weight: 1, arbitrary: oddKey.filter(key => !/\p{C}/u.test(key)).map(key => `sidecar.io/${key}`) },
);

const anyValue = fc.oneof(
  fc.constantFrom(
    '',
    'true',
    'false',
    'off',
    'init',
    'classic',
    'native',
    '/site',
    'app',
    'app,web',
    'content',
    '1Gi',
    '{}',
  ),
  repository,
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Annotations with our prefix, right and wrong. */
export const anyRequests: fc.Arbitrary<Annotations> = fc
  .tuple(
    fc.oneof(
      fc.constant({}),
      validRequest(''),
      fc.constant({ 'sidecar.io/git-sync': 'https://github.com/a/b' }),
    ),
    fc.array(fc.tuple(ourKey, anyValue), { maxLength: 4 }),
  )
  .map(([valid, entries]) => ({ ...valid, ...Object.fromEntries(entries) }));
