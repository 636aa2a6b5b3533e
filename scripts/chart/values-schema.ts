/** values.schema.json of the chart: Helm refuses a wrong value by it, with its name. */
import type { Config } from '../../src/config/config.ts';
import { type Option, options } from '../../src/config/options.ts';
import { fixedSettings } from './templates.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The schema. Nothing in it needs a look ahead, which the regular expressions of Go do not have. */
export function valuesSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart sidecar-injector',
    ...object({
      global: { type: 'object', description: 'What Helm hands to each chart; nothing here reads it.' },
      mode: {
        enum: ['webhook', 'policy'],
        description: 'What injects: the webhook, or policies inside the API server; Kubernetes 1.36.',
      },
      image: object({
        repository: text('Where the image is, with the registry.', { minLength: 1, pattern: '^[^@ ]+$' }),
        tag: text('The tag; the version of the chart where it is empty.', {
          pattern: '^$|^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$',
        }),
        digest: text('The digest, which is taken in place of the tag.', {
          pattern: '^$|^sha256:[0-9a-f]{64}$',
        }),
      }),
      imagePullSecrets: list(
        'Secrets with the credentials of a private registry.',
        object({ name: named }, ['name']),
      ),
      replicas: { type: 'integer', minimum: 1, maximum: 100, description: 'How many pods answer.' },
      resources: map('Requests and limits of the container.'),
      ...switchValues,
      namespaces: object({
        failurePolicy: {
          enum: ['Fail', 'Ignore'],
          description: 'What becomes of pods of labelled namespaces while no injector answers.',
        },
      }),
      certificates,
      config: object(
        settings(),
        [],
        'Settings of the configuration file, beside those that the chart makes.',
      ),
      workloadKinds: {
        ...list('Kinds of custom resources that are treated as a Deployment is.', workloadKind),
        maxItems: 20,
      },
      sidecars: {
        ...map('Definitions by name: a map or a text in place of the one of that name, or false for none.'),
        propertyNames: { pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?([.]next)?$' },
        additionalProperties: {
          anyOf: [{ type: 'object' }, { type: 'string', minLength: 1 }, { const: false }],
        },
      },
      nodeSelector: texts('Labels of nodes on which pods may run.'),
      tolerations: list('Taints of nodes that pods tolerate.', { type: 'object' }),
      affinity: map('Where pods are drawn to.'),
      podAnnotations: texts('More annotations of the pods.', [
        'kubectl.kubernetes.io/default-container',
        'checksum/configuration',
      ]),
      podLabels: texts('More labels of the pods.', ['app.kubernetes.io/name']),
      priorityClassName: text('Another PriorityClass than the one that the chart makes.', {
        minLength: 1,
        maxLength: 253,
      }),
    }),
  };
}

const named: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
};

const switchValues = {
  guard: boolean('Policies that refuse annotated pods which did not get their sidecar; Kubernetes 1.30.'),
  monitoring: boolean('Alerts and dashboard; the Prometheus operator must be there.'),
  networkPolicy: boolean('What the injector may reach, and who its metrics.'),
  clusterWide: boolean('The rules of the configuration count in namespaces without the label too.'),
  namespaceOwners: boolean('Only owners of a namespace change what counts for its pods; Kubernetes 1.30.'),
  files: boolean('The certificate comes from a Secret.'),
  certManager: boolean('cert-manager, which must be there, makes that Secret.'),
  clientCertificates: boolean('Only who shows a client certificate is read; the API servers must show one.'),
};

const certificates = object({
  secretName: { ...named, description: 'The Secret with the certificate, where files or certManager is on.' },
  caBundle: text('The CA of that certificate, in PEM and base64, where files is on.', {
    pattern: '^[A-Za-z0-9+/]*={0,2}$',
  }),
  caFromSecret: boolean("cert-manager's cainjector writes the CA from that Secret, where files is on."),
});

const workloadKind = object(
  {
    group: text('API group.', {
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$',
      maxLength: 253,
    }),
    version: text('Version in which the webhook is asked.', { pattern: '^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$' }),
    resource: text('Plural name.', { pattern: '^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$' }),
    kind: text('Name of the kind.', { pattern: '^[A-Za-z]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$' }),
    template: text('Path of the pod template.', { pattern: '^spec(\\.[A-Za-z][A-Za-z0-9]{0,62}){1,4}$' }),
  },
  ['group', 'version', 'resource', 'kind', 'template'],
);

function settings(): Readonly<Record<string, Schema>> {
  const keys = Object.keys(options).filter(key => !fixedSettings.includes(key));
  return Object.fromEntries(keys.map(key => [key, setting(options[key as keyof Config])]));
}

/** What the usage says of a setting; the program itself looks at the rest. */
function setting({ placeholder, description }: Option<unknown>): Schema {
  return placeholder?.includes('|') === true
    ? { enum: placeholder.split('|'), description }
    : { description };
}

function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
  description?: string,
): Schema {
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function boolean(description: string): Schema {
  return { type: 'boolean', description };
}

function text(description: string, bounds: Schema): Schema {
  return { type: 'string', description, ...bounds };
}

function list(description: string, items: Schema): Schema {
  return { type: 'array', description, items };
}

function map(description: string): Schema {
  return { type: 'object', description };
}

/** A map of texts, without keys that the chart itself writes. */
function texts(description: string, taken: readonly string[] = []): Schema {
  const never = Object.fromEntries(taken.map(key => [key, false]));
  return { ...map(description), properties: never, additionalProperties: { type: 'string' } };
}
