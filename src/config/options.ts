import { isIP } from 'node:net';
import { readRules } from '../namespaces/read-rules.ts';
import type { Address, Config, Defaults } from './config.ts';
import { type Duration, parseDuration } from './duration.ts';
import { readImages } from './images.ts';
import { isMap } from './is-map.ts';
import { readPullSecrets } from './pull-secrets.ts';
import { readVersions } from './versions.ts';
import { readWorkloadKinds } from './workload-kinds.ts';

/** A value that was read, or what to write instead, completing "use …", or problems of parts, each behind its place. */
export type Reading<T> =
  | { readonly value: T }
  | { readonly value?: never; readonly use: string }
  | { readonly value?: never; readonly problems: readonly string[] };

/** One setting: its default and what may be written for it. */
export interface Option<T> {
  readonly default: T;
  readonly description: string;
  /** What stands for the value in the usage; without one it is a key of the configuration file only. */
  readonly placeholder?: string;
  readonly read: (value: unknown) => Reading<T>;
}

const hostPattern = String.raw`(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]`;

/** All settings of `serve` by their key in the configuration file; `logLevel` is the flag `--log-level`. */
export const options: { readonly [K in keyof Config]: Option<Config[K]> } = {
  listen: address('127.0.0.1', 8443, 'where admission reviews are answered, over HTTPS'),
  statusListen: address(
    '127.0.0.1',
    8080,
    'where health, metrics and what is in force are answered, over HTTP',
  ),
  sidecars: text('sidecars', 'DIR', 'directory with the definitions'),
  tls: choice(['local', 'files', 'managed'], 'where the certificate comes from'),
  certs: text('certs', 'DIR', 'where --tls local keeps its CA and certificate'),
  tlsCertFile: text('', 'FILE', 'certificate chain for --tls files'),
  tlsKeyFile: text('', 'FILE', 'private key for --tls files'),
  clientCa: text('', 'FILE', 'CA, in PEM, that must have signed the certificate of whoever sends a review'),
  kubeconfig: text('', 'FILE', 'access to the Kubernetes API from outside a cluster'),
  namespaces: text(
    '',
    'FILE',
    'Namespace objects, in YAML or JSON, that count as those of a cluster where there is none',
  ),
  caLifetime: lifetime('365d', 'how long the certificate authority of --tls managed lives'),
  certificateLifetime: lifetime('7d', 'how long each certificate of --tls managed lives'),
  nativeSidecars: choice(
    ['auto', 'always', 'never'],
    'whether the API server knows native sidecars (1.29 or later)',
  ),
  workloads: choice(
    ['propagate', 'warn', 'off'],
    'whether annotations on workloads reach their pods, are only judged, or ignored',
  ),
  logLevel: {
    ...choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'least level that is logged'),
    default: 'info',
  },
  logFormat: choice(['pretty', 'json'], 'form of the log lines'),
  drainSeconds: seconds(5, 'how long requests are still taken after SIGTERM'),
  workloadKinds: {
    default: [],
    description: 'kinds of custom resources with a pod template that are treated as a Deployment is (below)',
    read: readWorkloadKinds,
  },
  unknownSidecars: fileOnly(
    choice(['refuse', 'warn'], 'what becomes of pods whose annotation names no sidecar'),
  ),
  maximumSidecars: {
    default: 10,
    description: 'how many sidecars the annotations of one pod may ask for, from 1 to 100',
    read: value =>
      Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 100
        ? { value: Number(value) }
        : { use: 'a whole number from 1 to 100' },
  },
  startAfter: texts(
    ['istio-proxy', 'linkerd-proxy', 'kuma-sidecar', 'consul-dataplane'],
    'native proxies after which sidecars are placed',
    { pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, use: 'a list of container names' },
  ),
  allowedSchemes: texts(undefined, 'schemes that repository addresses may have; all by default', {
    pattern: /^(https|http|ssh)$/,
    use: 'a list of https, http and ssh',
  }),
  allowedHosts: texts(
    undefined,
    'hosts that repository addresses may have, *.example.com for all below; all by default',
    {
      pattern: new RegExp(`^(?:${hostPattern})$`),
      use: 'a list of host names such as github.com or *.example.com',
    },
  ),
  allowedUrls: addresses('url'),
  allowedEndpoints: addresses('endpoint'),
  images: {
    default: {},
    description: 'images by sidecar, in place of those of the definitions and as they stand (below)',
    read: readImages,
  },
  imageRegistry: {
    default: undefined,
    description:
      "registry, with an optional path, that replaces the one of every sidecar's image but those in images",
    read: value =>
      typeof value === 'string' && /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._-]+)*$/.test(value)
        ? { value }
        : { use: 'a registry such as registry.example.com/mirror' },
  },
  versions: {
    default: {},
    description: 'how much of the workloads gets the next version of a definition, by sidecar (below)',
    read: readVersions,
  },
  imagePullSecrets: {
    default: [],
    description: 'Secrets for pulling images that pods get with a sidecar, behind their own (below)',
    read: readPullSecrets,
  },
  allowImagePullSecrets: {
    default: false,
    description: 'whether pods get such Secrets, of imagePullSecrets or of a definition',
    read: readBoolean,
  },
  playground: {
    default: undefined,
    description:
      'whether the page that shows what the injector does is served at statusListen; by default only with tls: local',
    read: readBoolean,
  },
  caRenewAfter: renewAfter(
    'age at which the certificate authority is renewed; two thirds of caLifetime by default',
  ),
  certificateRenewAfter: renewAfter(
    'age at which a certificate is renewed; two thirds of certificateLifetime by default',
  ),
  defaults: {
    default: {},
    description: 'values by sidecar and parameter that hold where no annotation sets one',
    read: readDefaults,
  },
  inject: {
    default: [],
    description: 'rules that give annotations to pods without a word of their own (below)',
    read: readRules,
  },
};

/** The flag of a key: `logLevel` is `--log-level`. */
export function flagOf(key: string): string {
  return key.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}

/** The environment variable of a key: `logLevel` is `SIDECAR_INJECTOR_LOG_LEVEL`. */
export function variableOf(key: string): string {
  return `SIDECAR_INJECTOR_${flagOf(key).replaceAll('-', '_').toUpperCase()}`;
}

function address(host: string, port: number, description: string): Option<Address> {
  return { default: { host, port }, placeholder: 'HOST:PORT', description, read: readAddress };
}

function readAddress(value: unknown): Reading<Address> {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:[\]]+)):(\d{1,5})$/.exec(String(value)) ?? [];
  const isHost = bracketed === undefined ? plain !== undefined : isIP(bracketed) === 6;
  if (!isHost || Number(port) > 65535) return { use: 'HOST:PORT, such as 127.0.0.1:8443 or [::]:10250' };
  return { value: { host: bracketed ?? plain ?? '', port: Number(port) } };
}

function text(preset: string, placeholder: string, description: string): Option<string> {
  const read = (value: unknown) =>
    typeof value === 'string' && value !== ''
      ? { value }
      : { use: placeholder === 'DIR' ? 'the path of a directory' : 'the path of a file' };
  return { default: preset, placeholder, description, read };
}

function choice<T extends string>(values: readonly [T, ...T[]], description: string): Option<T> {
  return {
    default: values[0],
    placeholder: values.join('|'),
    description,
    read: value => {
      const found = values.find(candidate => candidate === value);
      return found === undefined ? { use: `one of ${values.join(', ')}` } : { value: found };
    },
  };
}

function fileOnly<T>({ default: preset, description, read }: Option<T>): Option<T> {
  return { default: preset, description, read };
}

function seconds(preset: number, description: string): Option<number> {
  return {
    default: preset,
    placeholder: 'SECONDS',
    description,
    read: value =>
      /^\d{1,4}$/.test(String(value)) && Number(value) <= 3600
        ? { value: Number(value) }
        : { use: 'whole seconds from 0 to 3600' },
  };
}

function readBoolean(value: unknown): Reading<boolean> {
  return typeof value === 'boolean' ? { value } : { use: 'true or false' };
}

function lifetime(preset: string, description: string): Option<Duration> {
  return {
    default: parseDuration(preset) ?? { text: preset, milliseconds: 0 },
    placeholder: 'DURATION',
    description,
    read: value => {
      const found = parseDuration(value);
      return found && found.milliseconds >= shortestLifetimeMs
        ? { value: found }
        : { use: 'a duration of ten minutes or more, such as 12h or 30d' };
    },
  };
}

/** Less than the clocks of a cluster may be apart would be no life at all. */
const shortestLifetimeMs = 10 * 60_000;

function renewAfter(description: string): Option<Duration | undefined> {
  return {
    default: undefined,
    description,
    read: value => {
      const found = parseDuration(value);
      return found ? { value: found } : { use: 'a duration such as 12h or 30d' };
    },
  };
}

function texts<P extends readonly string[] | undefined>(
  preset: P,
  description: string,
  { pattern, use }: { readonly pattern: RegExp; readonly use: string },
): Option<readonly string[] | P> {
  const isFine = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.every(entry => typeof entry === 'string' && pattern.test(entry));
  return { default: preset, description, read: value => (isFine(value) ? { value } : { use }) };
}

function addresses(type: string): Option<readonly string[] | undefined> {
  return texts(
    undefined,
    `hosts that parameters of the type ${type} may name, https:// before one for that scheme; all by default`,
    {
      pattern: new RegExp(`^(?:https?://)?(?:${hostPattern})$`),
      use: 'a list of hosts such as hooks.example.com, *.example.com or https://hooks.example.com',
    },
  );
}

function readDefaults(value: unknown): Reading<Defaults> {
  const use = 'a map of sidecars, each a map of parameters, as in {logs: {cpu: 50m}}';
  if (!isMap(value)) return { use };
  const defaults: Record<string, Record<string, string>> = {};
  for (const [sidecar, parameters] of Object.entries(value)) {
    if (!isMap(parameters)) return { use };
    if (Object.values(parameters).some(entry => typeof entry === 'object')) return { use };
    defaults[sidecar] = Object.fromEntries(
      Object.entries(parameters).map(([name, entry]) => [name, String(entry)]),
    );
  }
  return { value: defaults };
}
