import type { V1PodSpec } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { containerNames, initContainerNames } from './pod-containers.ts';
import { mountedGitSync, podOf } from './pod-manifests.ts';
import { restrictedLabels, restrictedSecurityContext } from './restricted.ts';
import { describeWithApiServer, useWebhook } from './suite.ts';
import { useNamespace } from './test-namespace.ts';

/** An app that a restricted namespace admits, with a volume for its log files. */
const app: V1PodSpec = {
  containers: [
    {
      name: 'web',
      image: 'nginx:1.29',
      ports: [{ containerPort: 8080 }],
      securityContext: restrictedSecurityContext,
      volumeMounts: [{ name: 'logs', mountPath: '/var/log/app' }],
    },
  ],
  volumes: [{ name: 'logs', emptyDir: {} }],
};

const logCollector = { 'sidecar.io/log-collector': '/var/log/app/*.log' };
const statsdExporter = { 'sidecar.io/statsd-exporter': 'true' };
const tlsProxy = { 'sidecar.io/tls-proxy': '8443:8080', 'sidecar.io/tls-proxy.secret': 'web-tls' };
const all = {
  ...mountedGitSync,
  ...logCollector,
  ...statsdExporter,
  ...tlsProxy,
};

describeWithApiServer('a namespace that enforces the restricted standard', () => {
  useWebhook();
  const namespace = useNamespace(restrictedLabels);

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
    const manifest = podOf(name.replaceAll(/\W+/g, '-').toLowerCase(), annotations, app);
    const { pod, stderr } = await namespace().createPod(manifest);
    expect(stderr).toBe('');
    expect(pod.spec?.initContainers?.map(({ name, restartPolicy }) => `${name} ${restartPolicy}`)).toEqual(
      sidecars.map(sidecar => `${sidecar} Always`),
    );
    expect(containerNames(pod)).toEqual(['web']);
  });

  it('admits all four in mode classic', async () => {
    const classic = Object.fromEntries(
      ['git-sync', 'log-collector', 'statsd-exporter', 'tls-proxy'].map(sidecar => [
        `sidecar.io/${sidecar}.mode`,
        'classic',
      ]),
    );
    const { pod } = await namespace().createPod(podOf('classic', { ...all, ...classic }, app));
    expect(initContainerNames(pod)).toEqual(['git-sync-init']);
    expect(containerNames(pod)).toEqual(['web', 'git-sync', 'log-collector', 'statsd-exporter', 'tls-proxy']);
  });

  it('keeps the wait before the end, which the kubelet does', async () => {
    const { pod } = await namespace().createPod(podOf('drain', logCollector, app));
    expect(pod.spec?.initContainers?.[0]?.lifecycle?.preStop).toEqual({ sleep: { seconds: 2 } });
  });

  it.each([0, 1, 2])('takes the wait of a pod that may take %i s to end', async seconds => {
    const spec = { ...app, terminationGracePeriodSeconds: seconds };
    const { pod } = await namespace().createPod(podOf(`grace-${seconds}`, logCollector, spec));
    const { lifecycle } = pod.spec?.initContainers?.[0] ?? {};
    expect(lifecycle?.preStop?.sleep?.seconds ?? 0).toBe(seconds);
  });

  it('refuses a pod where two would listen on one port', async () => {
    const annotations = { 'sidecar.io/tls-proxy': '8080:8081', 'sidecar.io/tls-proxy.secret': 'web-tls' };
    await expect(namespace().createPod(podOf('clash', annotations, app))).rejects.toThrow(
      'sidecar.io/tls-proxy: container web has the port 8080/TCP already',
    );
  });
});
