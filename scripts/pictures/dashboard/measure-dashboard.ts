import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../../test/e2e/api-client.ts';
import type { ControlPlaneAccess } from '../../../test/e2e/control-plane.ts';
import { install } from '../../../test/e2e/installation.ts';
import { createKubectl, type Kubectl } from '../../../test/e2e/kubectl.ts';
import { startControlPlane } from '../../../test/e2e/start-control-plane.ts';
import { publishEndpoints, Webhook } from '../../../test/e2e/webhook.ts';
import type { MeasuredPanel } from './dashboard-picture.ts';
import { causeIncidents } from './incidents.ts';
import type { Panel } from './panels.ts';
import { Prometheus, type Range } from './prometheus.ts';
import { seriesName } from './series.ts';
import { steps } from './time-chart.ts';
import { sendTraffic } from './traffic.ts';

const stepSeconds = 2;
/** How long the time is that the picture shows. */
export const shownSeconds = steps * stepSeconds;

/**
 * Runs the real thing for two minutes: an API server, two replicas of the webhook as `deploy/` installs them, and a Prometheus
 * that collects from all three, and asks it for every panel.
 *
 * @throws Error where a panel has no figure.
 */
export async function measureDashboard(panels: readonly Panel[]): Promise<readonly MeasuredPanel[]> {
  const { access, stop } = await startControlPlane();
  const kubectl = createKubectl(access);
  const webhooks = [new Webhook(kubectl, access), new Webhook(kubectl, access)];
  try {
    await install(kubectl);
    for (const webhook of webhooks) await webhook.start();
    await publishEndpoints(
      kubectl,
      access,
      webhooks.map(({ port }) => port),
    );
    const prometheus = new Prometheus(access.directory, stepSeconds, await scrapeConfigs(access, webhooks));
    try {
      await prometheus.start();
      const range = await liveThrough(kubectl, access, webhooks);
      return await Promise.all(panels.map(panel => measurePanel(prometheus, panel, range)));
    } finally {
      await prometheus.stop();
    }
  } finally {
    for (const webhook of webhooks) await webhook.stop();
    await stop();
  }
}

/** With the labels that the Prometheus operator gives by the ServiceMonitor. */
async function scrapeConfigs(
  { kubeconfig, directory }: ControlPlaneAccess,
  webhooks: readonly Webhook[],
): Promise<readonly object[]> {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const authorityFile = join(directory, 'scraped-ca.crt');
  await writeFile(authorityFile, Buffer.from(authority, 'base64'));
  const replicas = webhooks.map(({ statusPort }, index) => ({
    targets: [`127.0.0.1:${statusPort}`],
    labels: { namespace: 'sidecar-injector', pod: `sidecar-injector-${index}` },
  }));
  return [
    { job_name: 'sidecar-injector', static_configs: replicas },
    {
      job_name: 'apiserver',
      scheme: 'https',
      tls_config: { ca_file: authorityFile },
      authorization: { credentials: users[0].user.token },
      static_configs: [{ targets: [new URL(server).host] }],
    },
  ];
}

/** The time that the picture shows. */
async function liveThrough(
  kubectl: Kubectl,
  access: ControlPlaneAccess,
  webhooks: readonly Webhook[],
): Promise<Range> {
  const namespace = 'shop';
  await kubectl(`create namespace ${namespace}`);
  const { stdout } = await kubectl('get mutatingwebhookconfiguration sidecar-injector --output json');
  const authority = Buffer.from(JSON.parse(stdout).webhooks[0].clientConfig.caBundle, 'base64').toString();
  const client = new ApiClient(access);
  // A rate has to have something to compare with at the left end of the picture.
  const duration = { leadSeconds: rateSeconds, shownSeconds };
  try {
    await Promise.all([
      sendTraffic({ client, namespace, port: webhooks[0]?.port ?? 0, authority }, duration),
      sleep(rateSeconds * 1000).then(() => causeIncidents(kubectl, webhooks)),
    ]);
  } finally {
    client.close();
  }
  const endSeconds = Math.floor(Date.now() / 1000);
  return { startSeconds: endSeconds - shownSeconds, endSeconds, stepSeconds };
}

/** What Grafana puts in the place of `$__rate_interval`: four times between two collections. */
const rateSeconds = 4 * stepSeconds;

async function measurePanel(prometheus: Prometheus, panel: Panel, range: Range): Promise<MeasuredPanel> {
  const series = await Promise.all(
    panel.queries.map(async ({ expression, legend }) => {
      const asked = expression
        .replaceAll('$namespace', 'sidecar-injector')
        .replaceAll('$__rate_interval', `${rateSeconds}s`);
      const results = await prometheus.range(asked, range);
      return results.map(({ metric, values }) => ({
        name: seriesName(legend, metric),
        points: values
          .map(([time, value]) => [time - range.startSeconds, Number(value)] as const)
          .filter(([, value]) => Number.isFinite(value)),
      }));
    }),
  );
  // In an order that another run has too, for the colours.
  const measured = series
    .flatMap(found => found.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    .filter(({ points }) => points.length > 0);
  if (measured.length === 0) throw new Error(`the panel "${panel.title}" has no figure after the run`);
  return { panel, series: measured };
}
