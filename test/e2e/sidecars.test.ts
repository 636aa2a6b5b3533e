import type { V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { beforeAll, expect, it } from 'vitest';
import { createNamespace, describeWithApiServer, gitSync, kubectl, podOf, useWebhook } from './suite.ts';

const securityContext = {
  runAsNonRoot: true,
  runAsUser: 1000,
  seccompProfile: { type: 'RuntimeDefault' },
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

/** An app that a restricted namespace admits, with a volume for its log files. */
const app: V1PodSpec = {
  containers: [
    {
      name: 'web',
      image: 'nginx:1.29',
      ports: [{ containerPort: 8080 }],
      securityContext,
      volumeMounts: [{ name: 'logs', mountPath: '/var/log/app' }],
    },
  ],
  volumes: [{ name: 'logs', emptyDir: {} }],
};

const logCollector = { 'sidecar.io/log-collector': '/var/log/app/*.log' };
const statsdExporter = { 'sidecar.io/statsd-exporter': 'true' };
const tlsProxy = { 'sidecar.io/tls-proxy': '8443:8080', 'sidecar.io/tls-proxy.secret': 'web-tls' };
const all = {
  ...gitSync,
  'sidecar.io/git-sync.mount': '/site',
  ...logCollector,
  ...statsdExporter,
  ...tlsProxy,
};

describeWithApiServer('a namespace that enforces the restricted standard', () => {
  useWebhook();
  let namespace: string;
  beforeAll(async () => {
    namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['a log collector', logCollector, ['log-collector']],
    [
      'a log collector with all that it can have',
      {
        ...logCollector,
        'sidecar.io/log-collector.endpoint': 'collector:4317',
        'sidecar.io/log-collector.insecure': 'true',
        'sidecar.io/log-collector.headers': 'headers',
        'sidecar.io/log-collector.ca': 'ca',
        'sidecar.io/log-collector.multiline': '^\\d{4} ',
        'sidecar.io/log-collector.attributes': 'team=web,quote="',
        'sidecar.io/log-collector.exclude': '/var/log/app/debug.log',
        'sidecar.io/log-collector.drain': '0',
      },
      ['log-collector'],
    ],
    [
      'two log collectors that read one volume',
      {
        'sidecar.io/log-collector_a': '/var/log/app/a.log',
        'sidecar.io/log-collector_b': '/var/log/app/b.log',
        'sidecar.io/log-collector_b.health-port': '13134',
      },
      ['log-collector-a', 'log-collector-b'],
    ],
    [
      'a statsd exporter',
      { ...statsdExporter, 'sidecar.io/statsd-exporter.mapping': 'mapping' },
      ['statsd-exporter'],
    ],
    [
      'two TLS proxies, one of them for mutual TLS',
      {
        ...tlsProxy,
        'sidecar.io/tls-proxy_admin': '9443:9090',
        'sidecar.io/tls-proxy_admin.secret': 'admin-tls',
        'sidecar.io/tls-proxy_admin.client-ca': 'clients',
        'sidecar.io/tls-proxy_admin.allow-dns': 'a.example.com,b.example.com',
        'sidecar.io/tls-proxy_admin.status-port': '6060',
      },
      ['tls-proxy', 'tls-proxy-admin'],
    ],
    ['all four', all, ['git-sync', 'log-collector', 'statsd-exporter', 'tls-proxy']],
  ])('admits a pod with %s, without a warning', async (name, annotations, sidecars) => {
    const pod = podOf(name.replaceAll(/\W+/g, '-').toLowerCase(), annotations, app);
    const { stdout, stderr } = await kubectl(`-n ${namespace} create -o json -f -`, pod);
    expect(stderr).toBe('');
    const { spec } = JSON.parse(stdout) as V1Pod;
    expect(spec?.initContainers?.map(({ name, restartPolicy }) => `${name} ${restartPolicy}`)).toEqual(
      sidecars.map(sidecar => `${sidecar} Always`),
    );
    expect(spec?.containers.map(({ name }) => name)).toEqual(['web']);
  });

  it('admits all four in mode classic', async () => {
    const classic = Object.fromEntries(
      ['git-sync', 'log-collector', 'statsd-exporter', 'tls-proxy'].map(sidecar => [
        `sidecar.io/${sidecar}.mode`,
        'classic',
      ]),
    );
    const { stdout } = await kubectl(
      `-n ${namespace} create -o json -f -`,
      podOf('classic', { ...all, ...classic }, app),
    );
    const { spec } = JSON.parse(stdout) as V1Pod;
    expect(spec?.initContainers?.map(({ name }) => name)).toEqual(['git-sync-init']);
    expect(spec?.containers.map(({ name }) => name)).toEqual([
      'web',
      'git-sync',
      'log-collector',
      'statsd-exporter',
      'tls-proxy',
    ]);
  });

  it('keeps the wait before the end, which the kubelet does', async () => {
    const { stdout } = await kubectl(
      `-n ${namespace} create -o json -f -`,
      podOf('drain', logCollector, app),
    );
    const { spec } = JSON.parse(stdout) as V1Pod;
    expect(spec?.initContainers?.[0]?.lifecycle?.preStop).toEqual({ sleep: { seconds: 2 } });
  });

  it.each([0, 1, 2])('takes the wait of a pod that may take %i s to end', async seconds => {
    const spec = { ...app, terminationGracePeriodSeconds: seconds };
    const { stdout } = await kubectl(
      `-n ${namespace} create -o json -f -`,
      podOf(`grace-${seconds}`, logCollector, spec),
    );
    const { lifecycle } = (JSON.parse(stdout) as V1Pod).spec?.initContainers?.[0] ?? {};
    expect(lifecycle?.preStop?.sleep?.seconds ?? 0).toBe(seconds);
  });

  it('refuses a pod where two would listen on one port', async () => {
    const annotations = { 'sidecar.io/tls-proxy': '8080:8081', 'sidecar.io/tls-proxy.secret': 'web-tls' };
    await expect(kubectl(`-n ${namespace} create -f -`, podOf('clash', annotations, app))).rejects.toThrow(
      'sidecar.io/tls-proxy: container web has the port 8080/TCP already',
    );
  });
});
