import { spawnSync } from 'node:child_process';
import { appendFileSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import type { Pod } from '../../src/kubernetes/pod.ts';
import { findFreePorts } from '../e2e/free-ports.ts';
import { goldenCases } from '../golden/golden-case.ts';
import { at, decide } from '../injection-fixture.ts';
import { TestProcess } from '../integration/webhook-process.ts';
import { OtlpReceiver } from './otlp-receiver.ts';
import { describeWithPrograms, patience, printed, programs, Sandbox } from './sandbox.ts';

const app: Partial<Pod['spec']> = {
  containers: [{ name: 'app', volumeMounts: [{ name: 'logs', mountPath: '/var/log/app' }] }],
  volumes: [{ name: 'logs', emptyDir: {} }],
};
const file = '/var/log/app/app.log';

async function start(
  sandbox: Sandbox,
  parameters: Readonly<Record<string, string>> = {},
): Promise<TestProcess> {
  const [healthPort = 0] = await findFreePorts(1);
  const set = { 'health-port': String(healthPort), ...parameters };
  const process = sandbox.start(
    {
      'sidecar.io/log-collector': '/var/log/app/*.log',
      ...Object.fromEntries(
        Object.entries(set).map(([name, text]) => [`sidecar.io/log-collector.${name}`, text]),
      ),
    },
    app,
  );
  const healthy = () =>
    fetch(`http://127.0.0.1:${healthPort}/`).then(
      ({ status }) => status,
      () => (process.hasEnded ? process.stderr : undefined),
    );
  await expect.poll(healthy, patience).toBe(200);
  return process;
}

const grpcUrl = (port: number) => `127.0.0.1:${port}`;

/** A collector that takes OTLP over gRPC and prints it. */
async function startGrpcReceiver(port: number): Promise<TestProcess> {
  const config = {
    receivers: { otlp: { protocols: { grpc: { endpoint: grpcUrl(port) } } } },
    exporters: { debug: { verbosity: 'detailed', use_internal_logger: false, output_paths: ['stdout'] } },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { logs: { receivers: ['otlp'], exporters: ['debug'] } },
    },
  };
  const receiver = new TestProcess(programs?.['log-collector'] ?? '', ['--config=env:CONFIG'], {
    env: { CONFIG: JSON.stringify(config) },
  });
  await expect.poll(() => receiver.stderr, patience).toContain('Everything is ready');
  return receiver;
}

describeWithPrograms('the log collector', () => {
  it('prints the lines of the app, those before its start too', async () => {
    const sandbox = new Sandbox();
    sandbox.write(file, 'before\n');
    const collector = await start(sandbox);
    await printed(collector, /^before /m);
    appendFileSync(sandbox.path(file), 'after\n');
    sandbox.write('/var/log/app/second.log', 'of a new file\n');
    await printed(collector, /^after /m);
    await printed(collector, /^of a new file /m);
    expect(collector.stdout).toContain('k8s.pod.name=<metadata.name>');
    expect(collector.stderr).toBe('');
  });

  it('sends them over HTTP, with headers of a Secret and attributes', async () => {
    const receiver = await OtlpReceiver.start();
    const sandbox = new Sandbox();
    sandbox.write('/etc/log-collector/headers/headers', 'authorization: Bearer secret\nx-tenant: "7"\n');
    sandbox.write(file, 'a line\n');
    await start(sandbox, {
      endpoint: `http://127.0.0.1:${receiver.port}/prefix`,
      headers: 'otlp',
      attributes: 'team=web shop,tier="1"\\',
    });
    await expect.poll(() => receiver.text, patience).toContain('a line');
    expect(receiver.requests[0]).toMatchObject({
      path: '/prefix/v1/logs',
      headers: { authorization: 'Bearer secret', 'x-tenant': '7' },
    });
    for (const text of ['web shop', '"1"\\', 'k8s.namespace.name', '<metadata.uid>', '<spec.nodeName>']) {
      expect(receiver.text).toContain(text);
    }
  });

  it('sends them over gRPC', async () => {
    const [port = 0] = await findFreePorts(1);
    const receiver = await startGrpcReceiver(port);
    const sandbox = new Sandbox();
    sandbox.write(file, 'a line\n');
    await start(sandbox, { endpoint: grpcUrl(port), insecure: 'true' });
    await printed(receiver, 'Body: Str(a line)');
    expect(receiver.stdout).toContain('-> k8s.pod.uid: Str(<metadata.uid>)');
  });

  it('does not speak without TLS where nobody said so', async () => {
    const [port = 0] = await findFreePorts(1);
    const receiver = await startGrpcReceiver(port);
    const sandbox = new Sandbox();
    sandbox.write(file, 'a line\n');
    const collector = await start(sandbox, { endpoint: grpcUrl(port) });
    await expect
      .poll(() => collector.stderr, patience)
      .toContain('tls: first record does not look like a TLS handshake');
    expect(receiver.stdout).not.toContain('a line');
  });

  it('keeps the lines of one entry together, and leaves files out', async () => {
    const receiver = await OtlpReceiver.start();
    const sandbox = new Sandbox();
    sandbox.write('/var/log/app/debug.log', '2026 noise\n');
    sandbox.write(file, '2026 failed\n  at a\n  at b\n2026 next\n');
    await start(sandbox, {
      endpoint: `http://127.0.0.1:${receiver.port}`,
      multiline: '^\\d{4} ',
      exclude: '/var/log/app/debug.log,/var/log/app/x*.log',
    });
    await expect.poll(() => receiver.text, patience).toContain('2026 next');
    expect(receiver.text).toContain('2026 failed\n  at a\n  at b');
    expect(receiver.text).not.toContain('noise');
  });

  it('sends nothing twice after a crash, and nothing is lost', async () => {
    const receiver = await OtlpReceiver.start();
    const sandbox = new Sandbox();
    const parameters = { endpoint: `http://127.0.0.1:${receiver.port}` };
    sandbox.write(file, 'line 1\n');
    const first = await start(sandbox, parameters);
    await expect.poll(() => receiver.text, patience).toContain('line 1');
    await sleep(500); // What it has read is written down at the end of a poll.
    first.kill();
    await first.exitCode();
    appendFileSync(sandbox.path(file), 'line 2\n');
    renameSync(sandbox.path(file), sandbox.path('/var/log/app/app.1.log'));
    sandbox.write(file, 'line 3\n');
    await start(sandbox, parameters);
    await expect.poll(() => receiver.text, patience).toContain('line 3');
    await expect.poll(() => receiver.text, patience).toContain('line 2');
    expect(receiver.text.match(/line 1/g)).toHaveLength(1);
  });

  it('keeps what it cannot send until it can', async () => {
    const [port = 0] = await findFreePorts(1);
    const sandbox = new Sandbox();
    sandbox.write(file, 'early\n');
    const collector = await start(sandbox, { endpoint: `http://127.0.0.1:${port}` });
    appendFileSync(sandbox.path(file), 'late\n');
    await sleep(1500);
    const receiver = await OtlpReceiver.start(port);
    await expect.poll(() => receiver.text, patience).toMatch(/early[\s\S]*late/);
    expect(collector.hasEnded).toBe(false);
  });

  it('ends when it is told to, with everything sent', async () => {
    const sandbox = new Sandbox();
    sandbox.write(file, 'a line\n');
    const collector = await start(sandbox);
    await sleep(300);
    collector.signal('SIGTERM');
    expect(await collector.exitCode()).toBe(0);
    expect(collector.stdout).toMatch(/^a line /m);
  });

  it.each(goldenCases().filter(({ name }) => /^(log-collector|all-four)/.test(name)))(
    'accepts the configuration of the golden case $name',
    ({ pod, sidecars, policy }) => {
      const decision = decide(pod, { sidecars, policy });
      if (decision.outcome !== 'injected') throw new Error('nothing was injected');
      const { initContainers = [], containers = [] } = applyPatch(pod, decision.operations).spec;
      const collectors = [...(initContainers ?? []), ...(containers ?? [])].filter(({ name }) =>
        name.startsWith('log-collector'),
      );
      expect(collectors.length).toBeGreaterThan(0);
      for (const container of collectors) {
        const env = at(container, 'env') as { name: string; value?: string }[];
        const sandbox = new Sandbox();
        sandbox.write('/etc/log-collector/headers/headers', 'a: b');
        const config = env
          .find(({ name }) => name === 'COLLECTOR_CONFIG')
          ?.value?.replaceAll('/etc/log-collector', sandbox.path('/etc/log-collector'))
          .replaceAll('"/tmp/positions"', `"${sandbox.path('/tmp/positions')}"`);
        const { status, stderr } = spawnSync(
          programs?.['log-collector'] ?? '',
          ['validate', '--config=env:COLLECTOR_CONFIG'],
          { env: { COLLECTOR_CONFIG: config }, encoding: 'utf8' },
        );
        expect(status, stderr).toBe(0);
      }
    },
  );
});
