/** Reviews as the API server sends them, with as little around what they are about as there can be. */
import { rollout } from '../../fuzz/settings.ts';
import { repository } from '../../injection-fixture.ts';

export type Annotations = Readonly<Record<string, string>>;

/** The annotations without which nothing is looked at further. */
export const requests: Readonly<Record<string, Annotations>> = {
  'git-sync': { 'sidecar.io/git-sync': repository, 'sidecar.io/git-sync.mount': '/site' },
  'log-collector': { 'sidecar.io/log-collector': '/var/log/app/*.log' },
  'statsd-exporter': { 'sidecar.io/statsd-exporter': 'true' },
  'tls-proxy': { 'sidecar.io/tls-proxy': '8443:8080', 'sidecar.io/tls-proxy.secret': 'tls' },
  agent: { 'sidecar.io/agent': 'true', 'sidecar.io/agent.env': 'true' },
  annotated: { 'sidecar.io/annotated': 'true' },
  copies: { 'sidecar.io/copies': 'a' },
  lists: { 'sidecar.io/lists': 'a,b' },
  patterns: { 'sidecar.io/patterns': 'a-b' },
  switch: { 'sidecar.io/switch': 'a:b' },
};
export const gitSync = requests['git-sync'] ?? {};

export function manyRequests(count: number): Annotations {
  return entries(count, index => [`sidecar.io/git-sync_i${index}`, repository]);
}

export function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export function entries<T>(count: number, make: (index: number) => [string, T]): Readonly<Record<string, T>> {
  return Object.fromEntries(many(count, make));
}

export function named(name: string): object {
  return { name, image: 'nginx:1.29' };
}

export function podReview(annotations: Annotations, spec: object = {}, metadata: object = {}): object {
  return reviewOf('', 'Pod', {
    metadata: { name: 'web', annotations, ...metadata },
    spec: { containers: [named('app')], ...spec },
  });
}

interface Template {
  readonly annotations?: Annotations;
  readonly metadata?: object | null;
  readonly containers?: readonly object[];
  readonly volumes?: readonly object[];
  readonly claims?: readonly object[];
  /** Whatever else the specification of its pods has. */
  readonly pod?: object;
  /** Whatever stands beside it. */
  readonly beside?: object;
}

export function workloadReview(
  kind: string,
  annotations: Annotations,
  {
    annotations: own = {},
    metadata: around = { annotations: own },
    containers = [named('app')],
    volumes,
    claims,
    pod = {},
    beside = {},
  }: Template = {},
  metadata: object = {},
): object {
  const template = { metadata: around, spec: { containers, volumes, ...pod } };
  const spec =
    kind === 'CronJob'
      ? { jobTemplate: { spec: { template, ...beside } } }
      : { template, volumeClaimTemplates: claims, ...beside };
  const group = kind === 'CronJob' || kind === 'Job' ? 'batch' : 'apps';
  const object = {
    apiVersion: `${group}/v1`,
    metadata: { name: 'web', annotations, ...metadata },
    spec,
  };
  return reviewOf(group, kind, object);
}

export function rolloutReview(annotations: Annotations, spec: object): object {
  return reviewOf(rollout.group, rollout.kind, { metadata: { name: 'web', annotations }, spec });
}

export function reviewOf(group: string, kind: string, object: object, fields: object = {}): object {
  const request = {
    uid: '1',
    kind: { group, version: 'v1', kind },
    operation: 'CREATE',
    namespace: 'shop',
    object,
  };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { ...request, ...fields } };
}

/** The update of one object to another. */
export function changed(before: object, after: object): object {
  const { request: old } = before as { readonly request: { readonly object: object } };
  const { request } = after as { readonly request: object };
  return { ...after, request: { ...request, operation: 'UPDATE', oldObject: old.object } };
}
