import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { findFreePorts } from '../e2e/free-ports.ts';
import { podAfter, podWith } from '../injection-fixture.ts';
import { describeWithPrograms, patience, Sandbox } from './sandbox.ts';

const switchOn = { 'sidecar.io/statsd-exporter': 'true' };

async function started(parameters: Readonly<Record<string, string>> = {}, sandbox = new Sandbox()) {
  const [port = 0, statsdPort = 0] = await findFreePorts(2);
  const annotations = {
    ...switchOn,
    'sidecar.io/statsd-exporter.port': String(port),
    'sidecar.io/statsd-exporter.statsd-port': String(statsdPort),
    ...parameters,
  };
  const process = sandbox.start(annotations);
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
  await expect.poll(async () => (await get('/-/ready'))?.status, patience).toBe(200);
  const scraped = async () => (await (await get('/metrics'))?.text()) ?? '';
  return { process, scraped, statsdPort };
}

function sendDatagram(port: number, text: string): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.send(text, port, 'localhost', error => {
      socket.close();
      if (error) reject(error);
      else resolve();
    });
  });
}

describeWithPrograms('the statsd exporter', () => {
  it('serves what the app counts over UDP and TCP', async () => {
    const { scraped, statsdPort } = await started();
    await sendDatagram(statsdPort, 'orders:3|c');
    connect(statsdPort, 'localhost').end('logins:1|c\n');
    await expect.poll(scraped, patience).toMatch(/^orders 3$/m);
    await expect.poll(scraped, patience).toMatch(/^logins 1$/m);
  });

  it('maps names as its ConfigMap says', async () => {
    const sandbox = new Sandbox();
    sandbox.write(
      '/etc/statsd-exporter/mapping.yaml',
      'mappings: [{match: "orders.*", name: orders_total, labels: {shop: $1}}]',
    );
    const parameters = {
      'sidecar.io/statsd-exporter.mapping': 'mapping',
      'sidecar.io/statsd-exporter.cache-size': '0',
    };
    const { scraped, statsdPort } = await started(parameters, sandbox);
    await sendDatagram(statsdPort, 'orders.london:2|c');
    await expect.poll(scraped, patience).toContain('orders_total{shop="london"} 2');
  });

  it('ends when it is told to', async () => {
    const { process } = await started();
    process.signal('SIGTERM');
    expect(await process.exitCode()).toBe(0);
  });

  it('is scraped where its annotations say', () => {
    const { metadata, spec } = podAfter(podWith(switchOn));
    expect(metadata.annotations).toMatchObject({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9102',
      'prometheus.io/path': '/metrics',
    });
    expect(spec.initContainers?.[0]?.ports).toContainEqual({ name: 'statsd-metrics', containerPort: 9102 });
  });
});
