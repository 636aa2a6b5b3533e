import type { V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { describe, expect } from 'vitest';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../src/tls/issue-certificate.ts';
import { issueClientCertificate } from '../sidecars/client-certificate.ts';
import { imageOf } from './image-probe.ts';
import { type Manifest, type Scene, statusOf, until } from './scene.ts';
import { type Annotations, annotationsOf, appContainer, idle, podOf, sidecarCase } from './suite.ts';

const logs: Partial<V1PodSpec> = { volumes: [{ name: 'logs', emptyDir: {} }] };
const volumeMounts = [{ name: 'logs', mountPath: '/var/log/app' }];
const logCollector = (parameters: Annotations = {}) =>
  annotationsOf('log-collector', '/var/log/app/*.log', { 'run-as-user': '1000', ...parameters });

/** A pod whose app writes to /var/log/app. */
function writer(
  name: string,
  script: string,
  annotations: Annotations,
  spec: Partial<V1PodSpec> = {},
): Manifest {
  return podOf(name, annotations, { ...logs, containers: [appContainer(script, { volumeMounts })], ...spec });
}

const lifetime = { now: new Date(), days: 1 };

describe('the log collector', () => {
  sidecarCase('shows the lines of the app in its own log', async scene => {
    await scene.apply(writer('web', `echo first > /var/log/app/a.log; ${idle}`, logCollector()));
    await scene.ready('web');
    await scene.exec('web', 'app', 'sh', '-c', 'echo second >> /var/log/app/a.log');
    const log = await scene.logged('web', 'log-collector', 'second');
    expect(log).toMatch(/^first /m);
    expect(log).toContain(`k8s.pod.name=web`);
    expect(log).toContain(`k8s.namespace.name=${scene.namespace}`);
  });

  sidecarCase('mounts a volume into an app that has none there', async scene => {
    const annotations = logCollector({ mount: '/var/log/app' });
    const app = appContainer(`echo hello > /var/log/app/a.log; ${idle}`);
    await scene.apply(podOf('web', annotations, { containers: [app] }));
    await scene.ready('web');
    await scene.logged('web', 'log-collector', 'hello');
  });

  sidecarCase('sends them to a receiver, the last words of the app too', async scene => {
    await scene.apply(...receiver);
    await scene.ready('receiver');
    const script = `
      trap 'sleep 1; echo last words >> /var/log/app/a.log; exit 0' TERM
      echo first words > /var/log/app/a.log
      sleep 100000 & wait`;
    const annotations = logCollector({ endpoint: 'receiver:4317', insecure: 'true', attributes: 'team=web' });
    await scene.apply(writer('web', script, annotations, { terminationGracePeriodSeconds: 20 }));
    await scene.ready('web');
    await scene.logged('receiver', 'receiver', 'Str(first words)');
    await scene.kubectl('delete pod web --wait=false');
    expect(await scene.logged('receiver', 'receiver', 'Str(last words)')).toContain('team: Str(web)');
  });

  sidecarCase.each([1, 2, 3])('loses no line of a Job, which ends: run %s', async (scene, run) => {
    const script = `i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); echo "line $i."; done > /var/log/app/job.log
      echo "the end, without a line feed" | tr -d '\\n' >> /var/log/app/job.log`;
    const template = writer('job', script, logCollector(), { restartPolicy: 'Never' }) as unknown as V1Pod;
    await scene.apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: `job-${run}` },
      spec: { backoffLimit: 0, template: { metadata: template.metadata, spec: template.spec } },
    });
    const pod = await until('the Job has a pod', async () => (await scene.pods('app=job'))[0]);
    const name = pod.metadata?.name ?? '';
    expect((await scene.ended(name)).status?.phase).toBe('Succeeded');
    const lines = (await scene.logs(name, 'log-collector')).match(/^line \d+\./gm) ?? [];
    expect(lines).toHaveLength(2000);
    expect(new Set(lines).size).toBe(2000);
    expect(await scene.logs(name, 'log-collector')).toContain('the end, without a line feed');
  });
});

/** A collector that takes OTLP and prints it. */
const receiver: readonly Manifest[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'receiver' },
    spec: { selector: { app: 'receiver' }, ports: [{ port: 4317 }] },
  },
  podOf(
    'receiver',
    {},
    {
      containers: [
        {
          ...appContainer(''),
          name: 'receiver',
          image: imageOf('log-collector'),
          command: ['/otelcol-k8s', '--config=env:CONFIG'],
          ports: [{ containerPort: 4317 }],
          env: [
            {
              name: 'CONFIG',
              value: JSON.stringify({
                receivers: { otlp: { protocols: { grpc: { endpoint: ':4317' } } } },
                exporters: {
                  debug: { verbosity: 'detailed', use_internal_logger: false, output_paths: ['stdout'] },
                },
                service: {
                  telemetry: { metrics: { level: 'none' } },
                  pipelines: { logs: { receivers: ['otlp'], exporters: ['debug'] } },
                },
              }),
            },
          ],
        },
      ],
    },
  ),
];

const countOrders = `require('dgram').createSocket('udp4').send('orders:1|c', 9125, 'localhost', () => process.exit())`;
const scrape = `fetch('http://localhost:9102/metrics').then(r => r.text()).then(console.log)`;

describe('the statsd exporter', () => {
  sidecarCase(
    'serves what the app counts in its first instruction, for scraping from outside',
    async scene => {
      const script = `node -e "${countOrders}"; ${idle}`;
      const annotations = annotationsOf('statsd-exporter', 'true');
      await scene.apply(podOf('web', annotations, { containers: [appContainer(script)] }));
      const pod = await scene.ready('web');
      const read = () => scene.exec('web', 'app', 'node', '-e', scrape);
      await until('the counter is there', async () => /^orders 1$/m.test(await read()));
      const port = pod.metadata?.annotations?.['prometheus.io/port'] ?? '9102';
      await scene.apply(podOf('prometheus', {}));
      await scene.ready('prometheus');
      const url = `http://${pod.status?.podIP}:${port}/metrics`;
      const scraped = await scene.exec('prometheus', 'app', 'node', '-e', scrape.replace(/http:[^']+/, url));
      expect(scraped).toMatch(/^orders 1$/m);
    },
  );
});

/** An app that answers on port 8080 of localhost only. */
const server = appContainer(
  `exec node -e "require('http').createServer((q, r) => r.end('hello from the app')).listen(8080, '127.0.0.1')"`,
);

interface Certificates {
  readonly authority: KeyPair;
  readonly serving: KeyPair;
}

async function issueFor(host: string): Promise<Certificates> {
  const authority = await issueAuthority(lifetime);
  return { authority, serving: await issueServingCertificate(authority, [host], lifetime) };
}

function tlsSecret({ cert, key }: KeyPair): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'web-tls' },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': cert, 'tls.key': key },
  };
}

const tlsProxy = (parameters: Annotations = {}) =>
  annotationsOf('tls-proxy', '8443:8080', { secret: 'web-tls', ...parameters });

/** What another pod gets from the proxy: the answer, or the code of its refusal. */
async function ask(scene: Scene, authority: KeyPair, client?: KeyPair): Promise<string> {
  const { status } = await scene.pod('web');
  const options = {
    host: status?.podIP,
    servername: 'web',
    port: 8443,
    ca: authority.cert,
    cert: client?.cert,
    key: client?.key,
    agent: false,
  };
  const script = `require('https').get(${JSON.stringify(options)}, r => r.on('data', d => console.log(String(d))))
    .on('error', e => console.log('refused', e.code))`;
  return (await scene.exec('client', 'app', 'node', '-e', script)).trim();
}

describe('the TLS proxy', () => {
  sidecarCase('forwards to an app that only its own pod can reach', async scene => {
    const { authority, serving } = await issueFor('web');
    await scene.apply(
      tlsSecret(serving),
      podOf('web', tlsProxy(), { containers: [server] }),
      podOf('client', {}),
    );
    await Promise.all(['web', 'client'].map(name => scene.ready(name)));
    await until('the app answers', async () => (await ask(scene, authority)) === 'hello from the app');
  });

  sidecarCase('refuses clients without the right certificate', async scene => {
    const [{ authority, serving }, clients] = await Promise.all([issueFor('web'), issueAuthority(lifetime)]);
    const annotations = tlsProxy({ 'client-ca': 'clients', 'allow-dns': 'a.example.com,b.example.com' });
    await scene.apply(
      tlsSecret(serving),
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'clients' },
        data: { 'ca.crt': clients.cert },
      },
      podOf('web', annotations, { containers: [server] }),
      podOf('client', {}),
    );
    await Promise.all(['web', 'client'].map(name => scene.ready(name)));
    const named = await issueClientCertificate(clients, { dns: 'b.example.com' });
    await until('the app answers', async () => (await ask(scene, authority, named)) === 'hello from the app');
    expect(await ask(scene, authority)).toMatch(/^refused/);
    const others = await Promise.all([
      issueClientCertificate(clients, { dns: 'c.example.com' }),
      issueClientCertificate(authority, { dns: 'b.example.com' }),
    ]);
    for (const other of others) expect(await ask(scene, authority, other)).toMatch(/^refused/);
  });

  sidecarCase(
    'takes a new certificate without a restart',
    async scene => {
      const before = await issueFor('web');
      await scene.apply(
        tlsSecret(before.serving),
        podOf('web', tlsProxy({ reload: '1s' }), { containers: [server] }),
        podOf('client', {}),
      );
      await Promise.all(['web', 'client'].map(name => scene.ready(name)));
      await until(
        'the app answers',
        async () => (await ask(scene, before.authority)) === 'hello from the app',
      );
      const after = await issueFor('web');
      await scene.apply(tlsSecret(after.serving));
      // The kubelet brings a changed Secret to its pods within a minute and a half.
      await until(
        'a client that trusts the new authority gets through',
        async () => (await ask(scene, after.authority)) === 'hello from the app',
        150_000,
      );
      expect(statusOf(await scene.pod('web'), 'tls-proxy').restartCount).toBe(0);
    },
    { timeoutMs: 240_000 },
  );

  sidecarCase('keeps a pod from being Ready that it does not listen for', async scene => {
    // No Secret: the container cannot start.
    await scene.apply(podOf('web', tlsProxy(), { containers: [server] }));
    await until('the kubelet misses the Secret', async () =>
      (await scene.kubectl('get events -o json')).stdout.includes('web-tls'),
    );
    expect((await scene.pod('web')).status?.containerStatuses?.[0]?.started ?? false).toBe(false);
  });
});

describe('all four together', () => {
  sidecarCase('work, and the app does not notice when one of them is killed', async scene => {
    const repository = await scene.createRepository();
    await repository.commit({ 'index.html': 'version 1' });
    const { authority, serving } = await issueFor('web');
    const annotations = {
      ...annotationsOf('git-sync', repository.url(), { mount: '/site', period: '1s' }),
      ...logCollector(),
      ...annotationsOf('statsd-exporter', 'true'),
      ...tlsProxy(),
    };
    const app = {
      ...server,
      command: [
        'sh',
        '-ec',
        `node -e "${countOrders}"; cat /site/current/index.html > /var/log/app/a.log; ${server.command?.[2]}`,
      ],
      volumeMounts,
    };
    await scene.apply(
      tlsSecret(serving),
      podOf('web', annotations, { ...logs, containers: [app] }),
      podOf('client', {}),
    );
    await Promise.all(['web', 'client'].map(name => scene.ready(name, 90_000)));
    const all = async () => {
      await until('TLS works', async () => (await ask(scene, authority)) === 'hello from the app');
      await until('metrics are served', async () =>
        /^orders 1$/m.test(await scene.exec('web', 'app', 'node', '-e', scrape)),
      );
      await scene.logged('web', 'log-collector', 'version 1');
    };
    await all();
    const before = await scene.pod('web');
    await kill(scene, 'web', 'log-collector', 1000);
    await until(
      'the killed sidecar runs again',
      async () => statusOf(await scene.pod('web'), 'log-collector').restartCount === 1,
    );
    await scene.ready('web');
    await scene.exec('web', 'app', 'sh', '-c', 'echo after >> /var/log/app/a.log');
    const log = await scene.logged('web', 'log-collector', 'after');
    // Where it was is remembered.
    expect(log).not.toContain('version 1');
    const after = await scene.pod('web');
    expect(statusOf(after, 'app')).toEqual(statusOf(before, 'app'));
    await until('TLS works', async () => (await ask(scene, authority)) === 'hello from the app');
  });
});

/** Ends the process of a container from an ephemeral one beside it; its image may have no shell. */
async function kill(scene: Scene, pod: string, container: string, user: number): Promise<void> {
  const { name: _name, ...killer } = appContainer('kill -TERM 1');
  const securityContext = { ...killer.securityContext, runAsUser: user };
  const ephemeralContainers = [
    { ...killer, name: `kill-${container}`, securityContext, targetContainerName: container },
  ];
  const patch = JSON.stringify({ spec: { ephemeralContainers } });
  await scene.kubectl(['patch', 'pod', pod, '--subresource=ephemeralcontainers', '--patch', patch]);
}
