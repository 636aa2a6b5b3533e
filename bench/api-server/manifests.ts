import { recordedTemplate } from '../recorded-workloads.ts';

/** What the API server has to do with a pod, beside admitting it. */
export const variants = ['none', 'not matched', 'null webhook', 'ours'] as const;
export type Variant = (typeof variants)[number];

export const namespaces: Readonly<Record<Variant, string>> = {
  none: 'bench-none',
  'not matched': 'bench-not-matched',
  'null webhook': 'bench-null',
  ours: 'bench-ours',
};

export function namespaceManifest(variant: Variant): object {
  const name = namespaces[variant];
  const isOurs = variant === 'ours' || variant === 'not matched';
  const labels = isOurs ? {} : { 'sidecar.io/inject': 'disabled' };
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
    // Pods need it, and the controller that would make it takes its time.
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}

/** The pod of the recorded Deployment, as the controller writes it. */
export function podManifest(variant: Variant): object {
  const template = recordedTemplate('Deployment', 1);
  const { annotations, labels } = template.metadata;
  const isAnnotated = variant === 'ours' || variant === 'null webhook';
  const metadata = { generateName: 'storefront-', labels, ...(isAnnotated ? { annotations } : {}) };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}

const service = { name: 'null', namespace: namespaces['null webhook'] };

export const nullServiceHost = `${service.name}.${service.namespace}.svc`;

export const nullService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: service,
  spec: { ports: [{ port: 443 }] },
};

/** A webhook that is asked about every pod of its namespace, without a condition. */
export function nullRegistration(authority: string): object {
  const webhook = {
    name: 'null.example.com',
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    clientConfig: { service, caBundle: Buffer.from(authority).toString('base64') },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': service.namespace } },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
  };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'null' },
    webhooks: [webhook],
  };
}
