/** Pods with many of each thing that they can have many of. */
import { entries, gitSync, many, manyRequests, named, podReview, requests } from './reviews.ts';

/** Many of something. */
export const crowds: Readonly<Record<string, (count: number) => unknown>> = {
  containers: count => podReview(gitSync, { containers: many(count, index => named(`c${index}`)) }),
  'containers that somebody wrote': count =>
    podReview(
      gitSync,
      { containers: many(count, index => named(`c${index}`)) },
      { managedFields: many(count, index => managed({ [`k:{"name":"c${index}"}`]: {} })) },
    ),
  'managed fields of what is not there': count => {
    const annotations = entries(count, index => [`f:a${index}`, {}]);
    const containers = entries(count, index => [`k:{"name":"c${index}"}`, {}]);
    const app = { 'k:{"name":"app"}': {} };
    return podReview(
      { ...gitSync, 'kubectl.kubernetes.io/default-container': 'x' },
      {},
      { managedFields: [managed({ ...containers, ...app }, annotations)] },
    );
  },
  'containers that are all named': count =>
    podReview(
      { ...gitSync, 'sidecar.io/git-sync.containers': many(count, index => `c${index}`).join(',') },
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'containers that are named and not there': count =>
    podReview(
      { ...gitSync, 'sidecar.io/git-sync.containers': many(count, index => `d${index}`).join(',') },
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'containers of one name': count => podReview(gitSync, { containers: many(count, () => named('c')) }),
  'init containers': count =>
    podReview(gitSync, {
      initContainers: many(count, index => ({ ...named(`i${index}`), restartPolicy: 'Always' })),
    }),
  'proxies that start first': count =>
    podReview(gitSync, {
      initContainers: many(count, () => ({ name: 'istio-proxy', restartPolicy: 'Always' })),
    }),
  'network validators': count =>
    podReview(gitSync, { initContainers: many(count, () => named('istio-validation')) }),
  'Secrets for pulling images': count =>
    podReview(gitSync, { imagePullSecrets: many(count, index => named(`s${index}`)) }),
  volumes: count =>
    podReview(gitSync, { volumes: many(count, index => ({ name: `v${index}`, emptyDir: {} })) }),
  'volumes of one name': count =>
    podReview(gitSync, { volumes: many(count, () => ({ name: 'git-sync', emptyDir: {} })) }),
  'volumes of the names of ours': count =>
    podReview(manyRequests(10), {
      volumes: many(count, index => ({ name: `git-sync-i${index}`, configMap: {} })),
    }),
  'mounts of one container': count =>
    podReview(gitSync, {
      containers: [
        { name: 'app', volumeMounts: many(count, index => ({ name: 'v', mountPath: `/m${index}` })) },
      ],
    }),
  'containers that read what a sidecar writes': count =>
    podReview(
      { 'sidecar.io/sharing': 'true', 'sidecar.io/sharing.mount': '/run/own' },
      {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: many(count, index => ({
          name: `c${index}`,
          volumeMounts: [
            { name: 'v', mountPath: '/etc/own', readOnly: true },
            { name: 'v', mountPath: '/run/own', readOnly: true },
          ],
        })),
      },
    ),
  'mounts at the place of one that is asked for': count =>
    podReview(
      { ...gitSync, 'sidecar.io/git-sync.mount': '/site' },
      {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [{ name: 'app', volumeMounts: many(count, () => ({ name: 'v', mountPath: '/site' })) }],
      },
    ),
  'a shared volume that is not there': count =>
    podReview({
      'sidecar.io/sharing': 'true',
      'sidecar.io/sharing.socket': 'false',
      'sidecar.io/sharing.mount': `/${'a'.repeat(count)}`,
    }),
  'mounts of the shared volume': count =>
    podReview(gitSync, {
      containers: many(count, index => ({
        ...named(`c${index}`),
        volumeMounts: [{ name: 'git-sync', mountPath: `/m${index}` }],
      })),
    }),
  'mounts below the path of the volume': count =>
    podReview(
      { ...gitSync, 'sidecar.io/git-sync.mount': '/m' },
      {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          {
            name: 'app',
            volumeMounts: many(count, index => ({
              name: 'v',
              mountPath: `/m/${'x/'.repeat(index % 9)}${index}`,
            })),
          },
        ],
      },
    ),
  'mounts of the shared volume, each below the one before': count =>
    podReview(gitSync, {
      volumes: [{ name: 'git-sync', persistentVolumeClaim: { claimName: 'c' } }],
      containers: [
        {
          name: 'app',
          volumeMounts: many(Math.ceil(Math.sqrt(count)), index => ({
            name: 'git-sync',
            mountPath: '/m'.repeat(index + 1),
            readOnly: true,
          })),
        },
      ],
    }),
  'mounts below a ConfigMap with many items': count =>
    podReview(
      {
        ...gitSync,
        'sidecar.io/git-sync.mount': '/etc/app/site',
        'sidecar.io/git-sync.containers': many(count, index => `c${index}`).join(','),
      },
      {
        volumes: [
          { name: 'v', configMap: { items: many(count, index => ({ key: `k${index}`, path: `${index}` })) } },
          { name: 'w', projected: { sources: [{ secret: { items: [{ key: 'k', path: 'a/b' }] } }] } },
        ],
        containers: many(count, index => ({
          ...named(`c${index}`),
          volumeMounts: [
            { name: 'v', mountPath: '/etc/app' },
            { name: 'kube-api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
          ],
        })),
      },
    ),
  'devices of containers': count =>
    podReview(
      { ...gitSync, 'sidecar.io/git-sync.mount': '/site', 'sidecar.io/git-sync.containers': 'c0' },
      {
        volumes: [
          {
            name: 'git-sync',
            ephemeral: {
              volumeClaimTemplate: { spec: { accessModes: many(count, () => 'ReadOnlyMany') } },
            },
          },
        ],
        containers: many(count, index => ({
          ...named(`c${index}`),
          volumeDevices: [{ name: `d${index}`, devicePath: '/dev/disk' }],
        })),
      },
    ),
  'init containers that are named': count =>
    podReview(
      {
        ...gitSync,
        'sidecar.io/git-sync.mount': '/site',
        'sidecar.io/git-sync.containers': many(count, index => `i${index}`).join(','),
      },
      {
        initContainers: [
          ...many(count, index => named(`i${index}`)),
          { name: 'istio-proxy', restartPolicy: 'Always' },
        ],
      },
    ),
  ports: count =>
    podReview(
      { ...requests['statsd-exporter'], ...requests['tls-proxy'] },
      { containers: [{ name: 'app', ports: many(count, index => ({ containerPort: index + 1 })) }] },
    ),
  'ports on the network of the node': count =>
    podReview(
      { ...gitSync, 'sidecar.io/statsd-exporter': 'true' },
      {
        hostNetwork: true,
        containers: [{ name: 'app', ports: many(count, index => ({ containerPort: 20_000 + index })) }],
      },
    ),
  'containers and volumes of a pod that limits storage': count =>
    podReview(gitSync, {
      containers: many(count, index => ({
        ...named(`c${index}`),
        resources: { limits: { 'ephemeral-storage': '1Gi' } },
      })),
      volumes: many(count, index => ({ name: `v${index}`, emptyDir: {} })),
    }),
  'containers of a pod that limits storage, with a size': count =>
    podReview(
      { ...gitSync, 'sidecar.io/git-sync.size': '1Gi' },
      {
        containers: many(count, index => ({
          ...named(`c${index}`),
          resources: { limits: { 'ephemeral-storage': '1Gi' } },
        })),
      },
    ),
  'containers of a Guaranteed pod': count =>
    podReview(
      { ...gitSync, 'sidecar.io/git-sync.cpu': '200m' },
      { containers: many(count, index => ({ ...named(`c${index}`), resources: limited })) },
    ),
  'containers below a request of the pod': count =>
    podReview(
      { ...gitSync, 'sidecar.io/git-sync.cpu': '200m' },
      {
        resources: { requests: { cpu: '1000000' } },
        containers: many(count, index => ({ ...named(`c${index}`), resources: limited })),
      },
    ),
  'ports of many containers': count =>
    podReview(requests['statsd-exporter'] ?? {}, {
      containers: many(count, index => ({ ...named(`c${index}`), ports: [{ containerPort: 9102 }] })),
    }),
  variables: count =>
    podReview(gitSync, {
      containers: [{ name: 'app', env: many(count, index => ({ name: `E${index}`, value: 'x' })) }],
    }),
  'variables of a container that gets more': count =>
    podReview(requests['agent'] ?? {}, {
      containers: [{ name: 'app', env: many(count, index => ({ name: `E${index}`, value: 'x' })) }],
    }),
  'containers that all get variables': count =>
    podReview(
      { ...requests['agent'], 'sidecar.io/agent.containers': many(count, index => `c${index}`).join(',') },
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'containers that are named for nothing': count =>
    podReview(
      {
        'sidecar.io/annotated': 'true',
        'sidecar.io/annotated.containers': many(count, index => `c${index}`).join(','),
        'sidecar.io/agent': 'true',
        'sidecar.io/agent.containers': many(count, index => `c${index}`).join(','),
      },
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'containers that all have the variables already': count =>
    podReview(
      {
        ...requests['agent'],
        'sidecar.io/agent.containers': many(count, index => `c${index}`).join(','),
        'sidecar.io/agent.options': 'x',
      },
      {
        containers: many(count, index => ({
          ...named(`c${index}`),
          env: [
            { name: 'AGENT_OPTIONS', value: 'y' },
            { name: 'AGENT_HOST', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.hostIP' } } },
          ],
        })),
      },
    ),
  'instances that set the same variables': count =>
    podReview({
      ...entries(count, index => [`sidecar.io/agent_i${index}`, 'true']),
      ...entries(count, index => [`sidecar.io/agent_i${index}.env`, 'true']),
      ...entries(count, index => [`sidecar.io/agent_i${index}.options`, `${index % 2}`]),
    }),
  'owner references': count =>
    podReview(gitSync, {}, { ownerReferences: many(count, index => ({ kind: 'X', name: `o${index}` })) }),
  labels: count => podReview(gitSync, {}, { labels: entries(count, index => [`l${index}`, 'x']) }),
  'annotations of others': count =>
    podReview({ ...gitSync, ...entries(count, index => [`a${index}/x`, 'x']) }),
  'keys that nobody knows': count => podReview(entries(count, index => [`sidecar.io/gitsync${index}`, 'x'])),
  'parameters that nobody knows': count =>
    podReview({ ...gitSync, ...entries(count, index => [`sidecar.io/git-sync.perio${index}`, 'x']) }),
  'parameters without their switch': count =>
    podReview(entries(count, index => [`sidecar.io/git-sync_i${index}.ref`, 'x'])),
  'keys that are out of order': count =>
    podReview(entries(count, index => [`sidecar.io/git-sync._${index}`, 'x'])),
  instances: count => podReview(manyRequests(count)),
  'instances with a mount': count =>
    podReview({
      ...manyRequests(count),
      ...entries(count, index => [`sidecar.io/git-sync_i${index}.mount`, `/m${index}`]),
    }),
  'instances with one mount, in many containers': count =>
    podReview(
      { ...manyRequests(count), ...entries(count, index => [`sidecar.io/git-sync_i${index}.mount`, '/m']) },
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'instances of all sidecars': count =>
    podReview({
      ...manyRequests(count),
      ...entries(count, index => [`sidecar.io/statsd-exporter_i${index}`, 'true']),
      ...entries(count, index => [`sidecar.io/tls-proxy_i${index}`, '8443:8080']),
      ...entries(count, index => [`sidecar.io/log-collector_i${index}`, '/var/log/*.log']),
    }),
  'instances with wrong values': count =>
    podReview(entries(count, index => [`sidecar.io/git-sync_i${index}`, `x${index}`])),
  'instances of one volume': count =>
    podReview({
      ...manyRequests(count),
      ...entries(count, index => [`sidecar.io/git-sync_i${index}.volume`, 'v']),
    }),
  'sidecars in the status': count =>
    podReview({
      ...gitSync,
      'sidecar.io/status': JSON.stringify(entries(count, index => [`s${index}`, statusEntry])),
    }),
  'containers in the status': count =>
    podReview(
      {
        ...gitSync,
        'sidecar.io/status': JSON.stringify({
          'git-sync': { ...statusEntry, containers: many(count, index => `c${index}`) },
        }),
      },
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'mounts over the path of the volume': count =>
    podReview(requests['log-collector'] ?? {}, {
      volumes: many(count, index => ({ name: `v${index}`, emptyDir: {} })),
      containers: many(count, index => ({
        ...named(`c${index}`),
        volumeMounts: [{ name: index < count - 1 ? 'v0' : 'v1', mountPath: '/var/log/app' }],
      })),
    }),
  'owners of a pod with a claim': count =>
    podReview(
      gitSync,
      { volumes: [{ name: 'git-sync', persistentVolumeClaim: { claimName: 'c' } }] },
      { ownerReferences: many(count, index => ({ kind: 'X', name: `o${index}` })) },
    ),
  'instances in one mode': count =>
    podReview({
      ...manyRequests(count),
      ...entries(count, index => [`sidecar.io/git-sync_i${index}.mode`, 'native']),
    }),
  'instances in a pod with resources': count =>
    podReview(
      { ...manyRequests(count), ...entries(count, index => [`sidecar.io/git-sync_i${index}.cpu`, '1']) },
      { resources: { requests: { cpu: '1', memory: '1Gi' } } },
    ),
  'instances whose ports are the same': count =>
    podReview({
      ...entries(count, index => [`sidecar.io/tls-proxy_i${index}`, '8443:8443']),
      ...entries(count, index => [`sidecar.io/tls-proxy_i${index}.secret`, 'tls']),
    }),
  'parameters that need another': count =>
    podReview({
      ...manyRequests(count),
      ...entries(count, index => [`sidecar.io/git-sync_i${index}.secret`, 's']),
      ...entries(count, index => [`sidecar.io/log-collector_i${index}`, '/var/log/*.log']),
      ...entries(count, index => [`sidecar.io/log-collector_i${index}.endpoint`, 'otlp:4317']),
      ...entries(count, index => [`sidecar.io/log-collector_i${index}.insecure`, 'true']),
    }),
  'containers beside as many instances as there may be': count =>
    podReview(
      {
        ...manyRequests(10),
        ...entries(10, index => [`sidecar.io/git-sync_i${index}.mount`, `/m${index}`]),
        'kubectl.kubernetes.io/default-container': 'c0',
      },
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'containers beside instances in one mode': count =>
    podReview(
      { ...manyRequests(10), ...entries(10, index => [`sidecar.io/git-sync_i${index}.mode`, 'native']) },
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'containers in a pod with resources': count =>
    podReview(
      { ...manyRequests(10), ...entries(10, index => [`sidecar.io/git-sync_i${index}.cpu`, '1']) },
      {
        resources: { requests: { cpu: '1', memory: '1Gi' } },
        containers: many(count, index => named(`c${index}`)),
      },
    ),
  'containers beside mounts at one path': count =>
    podReview(
      entries(10, index => [`sidecar.io/log-collector_i${index}`, '/etc/log-collector/work/*.log']),
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'containers beside parameters that need another': count =>
    podReview(
      {
        ...requests['log-collector'],
        'sidecar.io/log-collector.endpoint': 'https://otlp.example.com',
        'sidecar.io/log-collector.insecure': 'true',
      },
      { containers: many(count, index => named(`c${index}`)) },
    ),
  'characters of an annotation of others': count =>
    podReview({ ...gitSync, 'a/x': 'é'.repeat(90_000 + 16 * count) }),
};

export const statusEntry = {
  definition: 'x',
  parameters: 'x',
  mode: 'native',
  containers: ['app'],
  volumes: ['v'],
};

function managed(containers: object, annotations: object = {}): object {
  const metadata = { 'f:annotations': annotations };
  return { fieldsV1: { 'f:metadata': metadata, 'f:spec': { 'f:containers': containers } } };
}
const limited = { limits: { cpu: '1', memory: '1Gi' } };
