/**
 * Has a real API server ask about the pods that real controllers make, and keeps the bodies as they come.
 *
 *   npm run bench -- record
 */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { issueAuthority, issueServingCertificate } from '../src/tls/issue-certificate.ts';
import { createKubectl, type Kubectl } from '../test/e2e/kubectl.ts';
import { otherRegistration } from '../test/e2e/other-registration.ts';
import { startControlPlane } from '../test/e2e/start-control-plane.ts';
import { recordedDirectory, recordedFile } from './recorded-reviews.ts';
import { recordedKinds, recordedSizes, recordedWorkload } from './recorded-workloads.ts';

const namespace = 'shop';

/** Writes one file for each kind and size; it needs what `npm run test:e2e` needs. */
export async function recordReviews(): Promise<void> {
  // As in clusters: each controller has an account of its own, which the review names.
  process.env['SIDECAR_INJECTOR_CONTROLLER_ACCOUNTS'] = 'own';
  const { access, stop } = await startControlPlane();
  const recorder = new Recorder();
  try {
    const kubectl = createKubectl(access);
    await prepare(kubectl, recorder);
    mkdirSync(recordedDirectory, { recursive: true });
    for (const kind of recordedKinds)
      for (const containers of recordedSizes) {
        const workload = recordedWorkload(kind, { containers, namespace });
        await kubectl('create -f -', workload);
        const body = await within(timeoutMs, async () => recorder.bodyFor(workload.metadata.name));
        writeFileSync(recordedFile(kind, containers), body);
        await kubectl('delete --wait=false -f -', workload);
      }
  } finally {
    recorder.stop();
    await stop();
  }
}

/** Resolves when the API server asks about pods of the namespace. */
async function prepare(kubectl: Kubectl, recorder: Recorder): Promise<void> {
  const { url, authority } = await recorder.start();
  // Without a node a DaemonSet has no pods.
  await kubectl('create -f -', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });
  await kubectl(`create namespace ${namespace}`);
  const registration = otherRegistration({
    name: 'recorder',
    namespace: { name: namespace },
    url,
    authority,
  });
  await kubectl('create -f -', registration);
  await within(timeoutMs, async () => {
    // The ServiceAccount of the namespace may not be there yet.
    await kubectl(`-n ${namespace} create --dry-run=server -f -`, probe).catch(() => undefined);
    return recorder.bodyFor(probe.metadata.labels.app);
  });
}

const probe = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'probe', labels: { app: 'probe' } },
  spec: { containers: [{ name: 'probe', image: 'nginx:1.29' }] },
};

/** A webhook that lets everything through and keeps what it was asked. */
class Recorder {
  readonly #bodies: Buffer[] = [];
  #server: Server | undefined;

  async start(): Promise<{ readonly url: string; readonly authority: string }> {
    const lifetime = { now: new Date(), days: 1 };
    const authority = await issueAuthority(lifetime);
    const certificate = await issueServingCertificate(authority, ['127.0.0.1'], lifetime);
    this.#server = createServer(certificate, async (request, response) => {
      const body = await buffer(request);
      this.#bodies.push(body);
      const { uid } = JSON.parse(body.toString()).request;
      const answer = {
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid, allowed: true },
      };
      response.end(JSON.stringify(answer));
    });
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return { url: `https://127.0.0.1:${port}/`, authority: authority.cert };
  }

  stop(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  /** The review of a pod with this value of the label `app`, once there is one. */
  bodyFor(app: string): Buffer | undefined {
    return this.#bodies.find(body => JSON.parse(body.toString()).request.object.metadata.labels.app === app);
  }
}

const timeoutMs = 60_000;

async function within<T>(limitMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadlineMs = performance.now() + limitMs;
  while (performance.now() < deadlineMs) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`nothing came within ${limitMs / 1000} s`);
}
