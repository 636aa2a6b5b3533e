import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { flagOf, options, variableOf } from '../../../src/config/options.ts';
import { type ConfigSources, configFilePath, parseConfig } from '../../../src/config/parse-config.ts';
import { yamlBombs } from '../../yaml-bombs.ts';

/** Sources with only what a test is about. */
function sources(given: Partial<ConfigSources> & { readonly yaml?: string }): ConfigSources {
  const file = given.yaml === undefined ? undefined : { path: 'config.yaml', text: given.yaml };
  return { flags: [], variables: {}, file, ...given };
}

function configOf(given: Parameters<typeof sources>[0]): Config {
  const { config, problems } = { problems: undefined, ...parseConfig(sources(given)) };
  if (config === undefined) throw new Error(problems?.join('\n'));
  return config;
}

function problemsOf(given: Parameters<typeof sources>[0]): readonly string[] {
  const reading = parseConfig(sources(given));
  return reading.config ? [] : reading.problems;
}

const mapOfImages = 'use a map of sidecars and images, as in {logs: registry.example.com/logs:v1}';
const anImage =
  'use an image such as registry.example.com/logs:v1, or one by its digest, registry.example.com/logs@sha256:…';

const aSecret = 'use {name: registry-credentials}';
const listOfSecrets = 'use a list of at most 20 Secrets as in a pod, such as [{name: registry-credentials}]';

const day = 24 * 3600_000;

describe('without any setting', () => {
  it('everything has the default of the contract', () => {
    expect(configOf({})).toEqual({
      listen: { host: '127.0.0.1', port: 8443 },
      statusListen: { host: '127.0.0.1', port: 8080 },
      sidecars: 'sidecars',
      tls: 'local',
      certs: 'certs',
      tlsCertFile: '',
      tlsKeyFile: '',
      clientCa: '',
      kubeconfig: '',
      namespaces: '',
      caLifetime: { text: '365d', milliseconds: 365 * day },
      certificateLifetime: { text: '7d', milliseconds: 7 * day },
      caRenewAfter: undefined,
      certificateRenewAfter: undefined,
      nativeSidecars: 'auto',
      workloads: 'propagate',
      workloadKinds: [],
      logLevel: 'info',
      logFormat: 'pretty',
      drainSeconds: 5,
      unknownSidecars: 'refuse',
      versions: {},
      maximumSidecars: 10,
      startAfter: ['istio-proxy', 'linkerd-proxy', 'kuma-sidecar', 'consul-dataplane'],
      allowedSchemes: undefined,
      allowedHosts: undefined,
      allowedUrls: undefined,
      allowedEndpoints: undefined,
      images: {},
      imageRegistry: undefined,
      imagePullSecrets: [],
      allowImagePullSecrets: false,
      playground: undefined,
      defaults: {},
      inject: [],
    });
  });

  it('the result is frozen', () => {
    expect(Object.isFrozen(configOf({}))).toBe(true);
  });
});

/** For each option that has a flag: how it is written, and what is read. */
const written: readonly (readonly [key: keyof Config, text: string, value: unknown])[] = [
  ['listen', '0.0.0.0:9443', { host: '0.0.0.0', port: 9443 }],
  ['statusListen', '[::]:9080', { host: '::', port: 9080 }],
  ['sidecars', '/etc/sidecars', '/etc/sidecars'],
  ['tls', 'local', 'local'],
  ['certs', '/var/lib/certs', '/var/lib/certs'],
  ['clientCa', '/tls/clients.crt', '/tls/clients.crt'],
  ['kubeconfig', '/home/someone/.kube/config', '/home/someone/.kube/config'],
  ['namespaces', 'namespaces.yaml', 'namespaces.yaml'],
  ['caLifetime', '90d', { text: '90d', milliseconds: 90 * day }],
  ['certificateLifetime', '10m', { text: '10m', milliseconds: 600_000 }],
  ['nativeSidecars', 'never', 'never'],
  ['workloads', 'warn', 'warn'],
  ['logLevel', 'debug', 'debug'],
  ['logFormat', 'json', 'json'],
  ['drainSeconds', '15', 15],
];

describe('an option', () => {
  it('is written in the tables of this test, or only in the file, or goes with another', () => {
    const withFlag = Object.entries(options).filter(([, { placeholder }]) => placeholder !== undefined);
    expect(withFlag.map(([key]) => key).toSorted()).toEqual(
      [...written.map(([key]) => key), 'tlsCertFile', 'tlsKeyFile'].toSorted(),
    );
  });

  it.each([
    ['listen', 'listen', 'SIDECAR_INJECTOR_LISTEN'],
    ['statusListen', 'status-listen', 'SIDECAR_INJECTOR_STATUS_LISTEN'],
    ['tlsCertFile', 'tls-cert-file', 'SIDECAR_INJECTOR_TLS_CERT_FILE'],
    ['drainSeconds', 'drain-seconds', 'SIDECAR_INJECTOR_DRAIN_SECONDS'],
  ])('%s is the flag --%s and the variable %s', (key, flag, variable) => {
    expect(flagOf(key)).toBe(flag);
    expect(variableOf(key)).toBe(variable);
  });

  it.each(written)('%s is read from a flag, with and without "=": %s', (key, text, value) => {
    expect(configOf({ flags: [`--${flagOf(key)}`, text] })[key]).toEqual(value);
    expect(configOf({ flags: [`--${flagOf(key)}=${text}`] })[key]).toEqual(value);
  });

  it.each(written)('%s is read from the environment: %s', (key, text, value) => {
    expect(configOf({ variables: { [variableOf(key)]: text } })[key]).toEqual(value);
  });

  it.each(written)('%s is read from the configuration file: %s', (key, text, value) => {
    expect(configOf({ yaml: `${key}: "${text}"` })[key]).toEqual(value);
  });

  it('takes files for TLS together', () => {
    const flags = ['--tls', 'files', '--tls-cert-file', '/tls/tls.crt', '--tls-key-file', '/tls/tls.key'];
    expect(configOf({ flags })).toMatchObject({
      tls: 'files',
      tlsCertFile: '/tls/tls.crt',
      tlsKeyFile: '/tls/tls.key',
    });
  });

  it('takes a number for seconds in the file', () => {
    expect(configOf({ yaml: 'drainSeconds: 0' }).drainSeconds).toBe(0);
  });
});

describe('precedence', () => {
  const flags = ['--log-level', 'trace'];
  const variables = { SIDECAR_INJECTOR_LOG_LEVEL: 'debug' };
  const yaml = 'logLevel: warn';

  it.each([
    ['a flag wins over all', { flags, variables, yaml }, 'trace'],
    ['a flag wins over the file', { flags, yaml }, 'trace'],
    ['a variable wins over the file', { variables, yaml }, 'debug'],
    ['the file wins over the default', { yaml }, 'warn'],
    ['the last of several flags wins', { flags: [...flags, '--log-level', 'error'] }, 'error'],
  ])('%s', (_what, given, level) => {
    expect(configOf(given).logLevel).toBe(level);
  });

  it('is decided for each option by itself', () => {
    const config = configOf({
      flags: ['--log-level', 'trace'],
      variables: { SIDECAR_INJECTOR_DRAIN_SECONDS: '7' },
      yaml: 'logFormat: json\nlogLevel: warn\ndrainSeconds: 9',
    });
    expect(config).toMatchObject({ logLevel: 'trace', drainSeconds: 7, logFormat: 'json' });
  });

  it('does not look at a bad value that another one hides', () => {
    expect(problemsOf({ flags, variables: { SIDECAR_INJECTOR_LOG_LEVEL: 'loud' } })).toEqual([]);
  });
});

describe('a bad value', () => {
  const lifetime = 'a duration of ten minutes or more, such as 12h or 30d';
  const address = 'HOST:PORT, such as 127.0.0.1:8443 or [::]:10250';
  it.each([
    ['listen', '8443', address],
    ['listen', ':8443', address],
    ['listen', 'localhost', address],
    ['listen', 'localhost:', address],
    ['listen', '127.0.0.1:65536', address],
    ['listen', '127.0.0.1:-1', address],
    ['listen', '127.0.0.1:http', address],
    ['listen', '::1:8443', address],
    ['listen', '[127.0.0.1]:8443', address],
    ['listen', '[localhost]:8443', address],
    ['listen', '[::1]', address],
    ['listen', 'https://127.0.0.1:8443', address],
    ['listen', '', address],
    ['sidecars', '', 'the path of a directory'],
    ['certs', '', 'the path of a directory'],
    ['tls', 'Local', 'one of local, files, managed'],
    ['clientCa', '', 'the path of a file'],
    ['kubeconfig', '', 'the path of a file'],
    ['caLifetime', '9m', lifetime],
    ['caLifetime', '365', lifetime],
    ['caLifetime', '1y', lifetime],
    ['caLifetime', '1.5h', lifetime],
    ['certificateLifetime', '599s', lifetime],
    ['certificateLifetime', '0d', lifetime],
    ['nativeSidecars', 'yes', 'one of auto, always, never'],
    ['logLevel', 'loud', 'one of trace, debug, info, warn, error, fatal, silent'],
    ['logFormat', 'text', 'one of pretty, json'],
    ['drainSeconds', '5s', 'whole seconds from 0 to 3600'],
    ['drainSeconds', '-1', 'whole seconds from 0 to 3600'],
    ['drainSeconds', '1.5', 'whole seconds from 0 to 3600'],
    ['drainSeconds', '3601', 'whole seconds from 0 to 3600'],
    ['drainSeconds', '', 'whole seconds from 0 to 3600'],
  ])('is told with where it stands and what to write: %s: %s', (key, text, use) => {
    const seen = JSON.stringify(text);
    expect(problemsOf({ flags: [`--${flagOf(key)}=${text}`] })).toEqual([
      `flag --${flagOf(key)}: got ${seen}; use ${use}`,
    ]);
    expect(problemsOf({ variables: { [variableOf(key)]: text } })).toEqual([
      `variable ${variableOf(key)}: got ${seen}; use ${use}`,
    ]);
    expect(problemsOf({ yaml: `${key}: ${seen}` })).toEqual([`config.yaml: ${key}: got ${seen}; use ${use}`]);
  });

  it.each([
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:8443', { host: '::1', port: 8443 }],
    ['[2001:db8::1]:65535', { host: '2001:db8::1', port: 65535 }],
    ['webhook.example.com:443', { host: 'webhook.example.com', port: 443 }],
  ])('is not the address %s', (text, value) => {
    expect(configOf({ flags: ['--listen', text] }).listen).toEqual(value);
  });
});

describe('a wrong command line', () => {
  it.each([
    [
      ['--listn', '127.0.0.1:1'],
      ['unknown flag --listn; did you mean "listen"?', 'unexpected argument "127.0.0.1:1"'],
    ],
    [['--log-levl=debug'], ['unknown flag --log-levl; did you mean "log-level"?']],
    [['--zzzzzzzzzz'], ['unknown flag --zzzzzzzzzz']],
    [['--listen'], ['flag --listen: a value is missing']],
    [['sidecars'], ['unexpected argument "sidecars"']],
    [['--', '--listen'], ['unexpected argument "--listen"']],
    [['--unknown-sidecars=warn'], ['unknown flag --unknown-sidecars']],
    [['--default=a'], ['unknown flag --default']],
  ])('%j is told', (flags, problems) => {
    expect(problemsOf({ flags })).toEqual(problems);
  });

  it('with one dash too few is one problem', () => {
    expect(problemsOf({ flags: ['-listen', '127.0.0.1:8443'] }).filter(text => /flag/.test(text))).toEqual([
      'unknown flag -listen; did you mean "listen"?',
    ]);
    expect(problemsOf({ flags: ['-listen=127.0.0.1:8443'] })).toEqual([
      'unknown flag -listen; did you mean "listen"?',
    ]);
    expect(problemsOf({ flags: ['-x'] })).toEqual(['unknown flag -x']);
  });

  it('with a flag where a value should be is told', () => {
    expect(problemsOf({ flags: ['--sidecars', '--log-level=debug'] })).toEqual([
      'flag --sidecars: a value is missing',
    ]);
    expect(configOf({ flags: ['--sidecars=--log-level=debug'] }).sidecars).toBe('--log-level=debug');
    expect(configOf({ flags: ['--sidecars', '-'] }).sidecars).toBe('-');
  });
});

describe('the environment', () => {
  it('may hold what Kubernetes sets for a Service of our name', () => {
    const variables = {
      SIDECAR_INJECTOR_SERVICE_HOST: '10.0.0.1',
      SIDECAR_INJECTOR_SERVICE_PORT: '443',
      SIDECAR_INJECTOR_SERVICE_PORT_HTTPS: '443',
      SIDECAR_INJECTOR_PORT: 'tcp://10.0.0.1:443',
      SIDECAR_INJECTOR_PORT_443_TCP: 'tcp://10.0.0.1:443',
      SIDECAR_INJECTOR_PORT_443_TCP_PROTO: 'tcp',
      SIDECAR_INJECTOR_PORT_443_TCP_PORT: '443',
      SIDECAR_INJECTOR_PORT_443_TCP_ADDR: '10.0.0.1',
    };
    expect(configOf({ variables })).toEqual(configOf({}));
  });

  it('may hold variables that are unset, and those of others', () => {
    expect(
      configOf({ variables: { SIDECAR_INJECTOR_LISTEN: undefined, LISTEN: 'x', PATH: '/bin' } }),
    ).toEqual(configOf({}));
  });

  it('does not set what only the file may set', () => {
    expect(configOf({ variables: { SIDECAR_INJECTOR_UNKNOWN_SIDECARS: 'warn' } }).unknownSidecars).toBe(
      'refuse',
    );
  });
});

describe('the configuration file', () => {
  it('sets everything that only a file can set', () => {
    const yaml = `
      unknownSidecars: warn
      maximumSidecars: 100
      startAfter: [istio-proxy, my-proxy]
      allowedSchemes: [https, ssh]
      allowedHosts: [github.com, "*.example.com", "[::1]"]
      allowedUrls: [hooks.example.com, "https://*.example.com", "http://[2001:db8::1]"]
      allowedEndpoints: []
      images: {logs: registry.example.com/logs:v2, odd: localhost/a__b/c-d}
      imageRegistry: registry.example.com:5000/mirror/a
      imagePullSecrets: [{name: mirror}, {name: a.b-c}, {name: mirror}]
      allowImagePullSecrets: true
      playground: false
      defaults:
        git-sync: {depth: 5, metrics: true, period: 30s}
        logs: {}
    `;
    expect(configOf({ yaml })).toMatchObject({
      unknownSidecars: 'warn',
      maximumSidecars: 100,
      startAfter: ['istio-proxy', 'my-proxy'],
      allowedSchemes: ['https', 'ssh'],
      allowedHosts: ['github.com', '*.example.com', '[::1]'],
      allowedUrls: ['hooks.example.com', 'https://*.example.com', 'http://[2001:db8::1]'],
      allowedEndpoints: [],
      images: { logs: 'registry.example.com/logs:v2', odd: 'localhost/a__b/c-d' },
      imageRegistry: 'registry.example.com:5000/mirror/a',
      imagePullSecrets: ['mirror', 'a.b-c'],
      allowImagePullSecrets: true,
      playground: false,
      defaults: { 'git-sync': { depth: '5', metrics: 'true', period: '30s' }, logs: {} },
    });
  });

  it.each([
    '*',
    'ftp://a.example',
    'https://',
    'https://a.example/',
    'a.example:443',
    'a.example.',
    '[::1',
    '',
  ])('takes no "%s" for an address', entry => {
    for (const key of ['allowedUrls', 'allowedEndpoints']) {
      expect(problemsOf({ yaml: `${key}: ["${entry}"]` })).toEqual([
        `config.yaml: ${key}: got ["${entry}"]; use a list of hosts such as hooks.example.com, *.example.com or https://hooks.example.com`,
      ]);
    }
  });

  it.each([
    ['unknownSidecars: ignore', 'unknownSidecars: got "ignore"; use one of refuse, warn'],
    ...['0', '-1', '101', '1.5', '"10"', 'many', '[]'].map(text => [
      `maximumSidecars: ${text}`,
      `maximumSidecars: got ${/^[a-z]/.test(text) ? `"${text}"` : text}; use a whole number from 1 to 100`,
    ]),
    ['startAfter: istio-proxy', 'startAfter: got "istio-proxy"; use a list of container names'],
    ['startAfter: [Istio]', 'startAfter: got ["Istio"]; use a list of container names'],
    ['startAfter: [5]', 'startAfter: got [5]; use a list of container names'],
    ['allowedSchemes: [git]', 'allowedSchemes: got ["git"]; use a list of https, http and ssh'],
    [
      'allowedHosts: ["https://github.com"]',
      'allowedHosts: got ["https://github.com"]; use a list of host names such as github.com or *.example.com',
    ],
    [
      'allowedHosts: ["*"]',
      'allowedHosts: got ["*"]; use a list of host names such as github.com or *.example.com',
    ],
    ['imagePullSecrets: mirror', `imagePullSecrets: got "mirror"; ${listOfSecrets}`],
    [
      `imagePullSecrets: [${'{name: a}, '.repeat(21)}]`,
      `imagePullSecrets: got ${JSON.stringify(Array.from({ length: 21 }, () => ({ name: 'a' })))}; ${listOfSecrets}`,
    ],
    ['imagePullSecrets: [mirror]', `imagePullSecrets[0]: got "mirror"; ${aSecret}`],
    ['imagePullSecrets: [{name: A}]', `imagePullSecrets[0]: got {"name":"A"}; ${aSecret}`],
    ['imagePullSecrets: [{name: 5}]', `imagePullSecrets[0]: got {"name":5}; ${aSecret}`],
    ['imagePullSecrets: [{name: a, key: b}]', `imagePullSecrets[0]: got {"name":"a","key":"b"}; ${aSecret}`],
    ['allowImagePullSecrets: "yes"', 'allowImagePullSecrets: got "yes"; use true or false'],
    ['playground: on', 'playground: got "on"; use true or false'],
    ['images: [logs]', `images: got ["logs"]; ${mapOfImages}`],
    ['images: registry.example.com/logs', `images: got "registry.example.com/logs"; ${mapOfImages}`],
    ['images: {logs: 5}', `images.logs: got 5; ${anImage}`],
    [
      'imageRegistry: https://registry.example.com',
      'imageRegistry: got "https://registry.example.com"; use a registry such as registry.example.com/mirror',
    ],
    [
      'imageRegistry: registry.example.com/',
      'imageRegistry: got "registry.example.com/"; use a registry such as registry.example.com/mirror',
    ],
    [
      'defaults: {logs: 5}',
      'defaults: got {"logs":5}; use a map of sidecars, each a map of parameters, as in {logs: {cpu: 50m}}',
    ],
    [
      'defaults: {logs: {cpu: [1]}}',
      'defaults: got {"logs":{"cpu":[1]}}; use a map of sidecars, each a map of parameters, as in {logs: {cpu: 50m}}',
    ],
    [
      'defaults: {logs: {cpu: }}',
      'defaults: got {"logs":{"cpu":null}}; use a map of sidecars, each a map of parameters, as in {logs: {cpu: 50m}}',
    ],
    [
      'defaults: []',
      'defaults: got []; use a map of sidecars, each a map of parameters, as in {logs: {cpu: 50m}}',
    ],
    ['listen: 8443', 'listen: got 8443; use HOST:PORT, such as 127.0.0.1:8443 or [::]:10250'],
    ['sidecars: [a]', 'sidecars: got ["a"]; use the path of a directory'],
    ['loglevel: debug', 'unknown key "loglevel"; did you mean "logLevel"?'],
    ['log-level: debug', 'unknown key "log-level"; did you mean "logLevel"?'],
    ['config: other.yaml', 'unknown key "config"'],
    ['toString: 1', 'unknown key "toString"'],
    ['- a', 'expected a map of settings'],
    ['hello', 'expected a map of settings'],
  ])('is strict: %s', (yaml, problem) => {
    expect(problemsOf({ yaml })).toEqual([`config.yaml: ${problem}`]);
  });

  it.each(['', '# nothing\n', '{}', '~'])('may be as good as empty: %j', yaml => {
    expect(configOf({ yaml })).toEqual(configOf({}));
  });

  it.each(['listen: "a', 'listen: a\nlisten: b', 'listen:\n\t- a', 'a: 1\n---\nb: 2'])(
    'is told where it is no YAML: %j',
    yaml => {
      const problems = problemsOf({ yaml });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/^config\.yaml: \S/);
    },
  );

  it.each(Object.entries(yamlBombs))(
    'is told in few words where it was written to do harm: %s',
    (_name, yaml) => {
      const before = process.cpuUsage();
      const { problems = [] } = { problems: undefined, ...parseConfig(sources({ yaml })) };
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(500);
      expect(problems.length).toBeLessThanOrEqual(31);
      expect(problems.join('\n').length).toBeLessThan(32 * 1024);
    },
  );

  it('may use aliases', () => {
    const yaml = 'defaults: {logs: &a {cpu: 50m}, more: *a}';
    expect(configOf({ yaml }).defaults).toEqual({ logs: { cpu: '50m' }, more: { cpu: '50m' } });
  });

  it('is named by the flag, or else by the variable', () => {
    const variables = { SIDECAR_INJECTOR_CONFIG: 'b.yaml' };
    expect(configFilePath({ flags: ['--config', 'a.yaml'], variables })).toBe('a.yaml');
    expect(configFilePath({ flags: ['--config=a.yaml'], variables: {} })).toBe('a.yaml');
    expect(configFilePath({ flags: [], variables })).toBe('b.yaml');
    expect(configFilePath({ flags: [], variables: {} })).toBeUndefined();
  });
});

describe('TLS', () => {
  it.each([
    [['--tls=files'], ['--tls files needs --tls-cert-file', '--tls files needs --tls-key-file']],
    [['--tls=files', '--tls-cert-file=a'], ['--tls files needs --tls-key-file']],
    [['--tls=files', '--tls-key-file=a'], ['--tls files needs --tls-cert-file']],
    [['--tls-cert-file=a', '--tls-key-file=b'], ['--tls-cert-file and --tls-key-file go with --tls files']],
    [['--tls-cert-file=a'], ['--tls-cert-file and --tls-key-file go with --tls files']],
    [['--tls=file', '--tls-cert-file=a'], ['flag --tls: got "file"; use one of local, files, managed']],
    [['--tls=managed', '--tls-key-file=b'], ['--tls-cert-file and --tls-key-file go with --tls files']],
  ])('settings must fit together: %j', (flags, problems) => {
    expect(problemsOf({ flags })).toEqual(problems);
  });
});

describe('several problems', () => {
  it('are told at once, whatever their source', () => {
    expect(
      problemsOf({
        flags: ['--listn=x', '--drain-seconds=soon', '--tls=files', '--tls-key-file=k'],
        variables: { SIDECAR_INJECTOR_LOG_FORMAT: 'text' },
        yaml: 'startafter: []\nallowedSchemes: [ftp]',
      }).toSorted(),
    ).toEqual(
      [
        'unknown flag --listn; did you mean "listen"?',
        'flag --drain-seconds: got "soon"; use whole seconds from 0 to 3600',
        '--tls files needs --tls-cert-file',
        'variable SIDECAR_INJECTOR_LOG_FORMAT: got "text"; use one of pretty, json',
        'config.yaml: unknown key "startafter"; did you mean "startAfter"?',
        'config.yaml: allowedSchemes: got ["ftp"]; use a list of https, http and ssh',
      ].toSorted(),
    );
  });
});

describe('lifetimes', () => {
  it.each([
    [
      'caLifetime: 1d\ncertificateLifetime: 2d',
      ['certificateLifetime: got 2d; use no more than caLifetime, 1d'],
    ],
    [
      'caLifetime: 30d\ncaRenewAfter: 30d',
      ['caRenewAfter: got 30d; use less than caLifetime, 30d, and no less than a hundredth of it'],
    ],
    [
      'caLifetime: 30d\ncaRenewAfter: 7h',
      ['caRenewAfter: got 7h; use less than caLifetime, 30d, and no less than a hundredth of it'],
    ],
    [
      'certificateLifetime: 1h\ncertificateRenewAfter: 60m',
      ['certificateRenewAfter: got 60m; use less than certificateLifetime, 1h'],
    ],
    ['caRenewAfter: often', ['config.yaml: caRenewAfter: got "often"; use a duration such as 12h or 30d']],
  ])('must fit together: %j', (yaml, problems) => {
    expect(problemsOf({ yaml })).toEqual(problems);
  });

  it('may be renewed at an age of choice, which stands in the file only', () => {
    const yaml = 'caLifetime: 10m\ncaRenewAfter: 10s\ncertificateLifetime: 10m\ncertificateRenewAfter: 1s';
    expect(configOf({ yaml })).toMatchObject({
      caRenewAfter: { milliseconds: 10_000 },
      certificateRenewAfter: { milliseconds: 1000 },
    });
    expect(problemsOf({ flags: ['--ca-renew-after=10s'] })[0]).toContain('unknown flag --ca-renew-after');
  });
});
