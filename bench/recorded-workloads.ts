/** The workloads whose pods `record-reviews.ts` has a real API server ask about. */

export const recordedKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'] as const;
export type RecordedKind = (typeof recordedKinds)[number];

export const recordedSizes = [1, 3] as const;
export type RecordedSize = (typeof recordedSizes)[number];

/** The name of the file, and before it ends the name of the recorded workload's kind and size. */
export function recordedName(kind: RecordedKind, containers: RecordedSize): string {
  return `${kind.toLowerCase()}-${containers}`;
}

/** A workload as people write them, annotated for git-sync. */
export function recordedWorkload(
  kind: RecordedKind,
  { containers, namespace }: { readonly containers: RecordedSize; readonly namespace: string },
) {
  const name = nameOf(kind, containers);
  const template = recordedTemplate(kind, containers);
  const selector = { matchLabels: { app: name } };
  const specs: Readonly<Record<RecordedKind, object>> = {
    Deployment: { replicas: 1, selector, template },
    StatefulSet: { replicas: 1, serviceName: name, selector, template },
    DaemonSet: { selector, template },
    Job: { template },
  };
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return { apiVersion, kind, metadata: { name, namespace }, spec: specs[kind] };
}

/** What its pods are made of. */
export function recordedTemplate(kind: RecordedKind, containers: RecordedSize) {
  const labels = { app: nameOf(kind, containers), 'app.kubernetes.io/part-of': 'shop' };
  const spec = {
    containers: [app, cache, exporter].slice(0, containers),
    securityContext: { fsGroup: 101 },
    volumes: [{ name: 'config', configMap: { name: 'storefront-config' } }],
    ...(kind === 'Job' ? { restartPolicy: 'Never' } : {}),
  };
  return { metadata: { labels, annotations }, spec };
}

function nameOf(kind: RecordedKind, containers: RecordedSize): string {
  return `${names[kind]}-${containers}`;
}

/** Each has its own, which stands in all that is made of it. */
const names: Readonly<Record<RecordedKind, string>> = {
  Deployment: 'storefront',
  StatefulSet: 'warehouse',
  DaemonSet: 'collector',
  Job: 'newsletter',
};

const annotations = {
  'sidecar.io/git-sync': 'https://github.com/org/site.git',
  'sidecar.io/git-sync.ref': 'main',
  'sidecar.io/git-sync.mount': '/usr/share/nginx/html',
  'sidecar.io/git-sync.containers': 'app',
  'prometheus.io/scrape': 'true',
};

const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
};

const app = {
  name: 'app',
  image: 'nginx:1.29',
  ports: [{ name: 'http', containerPort: 8080 }],
  env: [
    { name: 'BUILD_ID', value: 'kjxwzqpvtbmn' },
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'DATABASE_URL', value: 'postgres://database.shop.svc:5432/shop' },
    { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'storefront-api', key: 'token' } } },
  ],
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  volumeMounts: [{ name: 'config', mountPath: '/etc/nginx/conf.d', readOnly: true }],
  livenessProbe: { httpGet: { path: '/livez', port: 'http' }, initialDelaySeconds: 5 },
  readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
  securityContext,
};

const cache = {
  name: 'cache',
  image: 'memcached:1.6',
  args: ['--memory-limit=64'],
  ports: [{ name: 'memcached', containerPort: 11211 }],
  env: [{ name: 'BUILD_ID', value: 'kjxwzqpvtbmn' }],
  resources: { requests: { cpu: '50m', memory: '80Mi' }, limits: { memory: '80Mi' } },
  readinessProbe: { tcpSocket: { port: 'memcached' } },
  securityContext,
};

const exporter = {
  name: 'exporter',
  image: 'prom/memcached-exporter:v0.15.3',
  args: ['--memcached.address=localhost:11211'],
  ports: [{ name: 'metrics', containerPort: 9150 }],
  env: [
    { name: 'BUILD_ID', value: 'kjxwzqpvtbmn' },
    { name: 'LOG_LEVEL', value: 'info' },
  ],
  resources: { requests: { cpu: '10m', memory: '16Mi' } },
  readinessProbe: { httpGet: { path: '/metrics', port: 'metrics' } },
  securityContext,
};
