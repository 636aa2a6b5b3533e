import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { imageProcess } from '../../scripts/dockerfile.ts';
import { issueAuthority, issueServingCertificate } from '../../src/tls/issue-certificate.ts';
import type { ControlPlaneAccess } from '../../test/e2e/control-plane.ts';
import { install } from '../../test/e2e/installation.ts';
import { createKubectl, type Kubectl } from '../../test/e2e/kubectl.ts';
import { startControlPlane } from '../../test/e2e/start-control-plane.ts';
import { Webhook, writeEndpoints } from '../../test/e2e/webhook.ts';
import { pidOfProgram } from '../processes.ts';
import { ServerProcess } from '../server-process.ts';
import { floorServer, patchText, type Setting } from '../setting.ts';
import { ApiPods, type PodRequest } from './api-pods.ts';
import {
  namespaceManifest,
  namespaces,
  nullRegistration,
  nullService,
  nullServiceHost,
  podManifest,
  type Variant,
  variants,
} from './manifests.ts';

/** A real API server with the webhook as `deploy/` ships it, and beside it the floor, registered for a namespace of its own. */
export class BenchCluster {
  readonly pods: ApiPods;
  readonly apiServerPid: number;
  readonly #access: ControlPlaneAccess;
  readonly #kubectl: Kubectl;
  readonly #stopControlPlane: () => Promise<void>;
  #nullWebhook: ServerProcess | undefined;
  #webhook: Webhook | undefined;

  private constructor(access: ControlPlaneAccess, stop: () => Promise<void>) {
    this.#access = access;
    this.#stopControlPlane = stop;
    this.#kubectl = createKubectl(access);
    this.pods = new ApiPods(access);
    this.apiServerPid = pidOfProgram(process.pid, 'kube-apiserver');
  }

  /** Resolves when pods are admitted in all variants. */
  static async start(setting: Setting): Promise<BenchCluster> {
    const { access, stop } = await startControlPlane();
    const cluster = new BenchCluster(access, stop);
    try {
      await install(cluster.#kubectl);
      for (const variant of variants)
        await cluster.#kubectl('apply --server-side -f -', namespaceManifest(variant));
      await cluster.#startNullWebhook(setting);
      await cluster.restartWebhook();
      for (const variant of ['null webhook', 'ours'] as const) await cluster.#untilInjected(variant);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Nothing is left over of what was started, whatever of it was. */
  async stop(): Promise<void> {
    this.pods.close();
    await this.#webhook?.stop();
    await this.#nullWebhook?.stop();
    await this.#stopControlPlane();
  }

  /** Starts the webhook, or a fresh one in its place, that has not been asked about any pod. */
  async restartWebhook(): Promise<void> {
    await this.#webhook?.stop();
    this.#webhook = new Webhook(this.#kubectl, this.#access);
    this.#webhook.nodeFlags = imageProcess().nodeFlags;
    await this.#webhook.start();
    await this.#publish();
  }

  /** Of the process that is asked about such a pod; undefined where none is. */
  webhookPidOf(variant: Variant): number | undefined {
    if (variant === 'ours') return this.#webhook?.pid;
    return variant === 'null webhook' ? this.#nullWebhook?.pid : undefined;
  }

  request(variant: Variant, { isDryRun }: { readonly isDryRun: boolean }): PodRequest {
    return { namespace: namespaces[variant], pod: podManifest(variant), isDryRun };
  }

  /** The floor behind a Service, as ours is, so that the way to both is the same. */
  async #startNullWebhook({ directory }: Setting): Promise<void> {
    const lifetime = { now: new Date(), days: 1 };
    const authority = await issueAuthority(lifetime);
    const certificate = await issueServingCertificate(authority, [nullServiceHost], lifetime);
    const files = Object.entries({ crt: certificate.cert, key: certificate.key, patch: patchText(1) });
    for (const [name, text] of files) writeFileSync(join(directory, `null.${name}`), text, { mode: 0o600 });
    const args = files.map(([name]) => join(directory, `null.${name}`));
    const { nodeFlags } = imageProcess();
    this.#nullWebhook = await ServerProcess.start([...nodeFlags, floorServer, ...args], { onAnyCore: true });
    writeFileSync(join(this.#access.processDirectory, String(this.#nullWebhook.pid)), '');
    await this.#kubectl('create -f -', nullService);
    await this.#kubectl('create -f -', nullRegistration(authority.cert));
  }

  /** Makes the addresses of both Services lead to the two processes. */
  async #publish(): Promise<void> {
    const ports = {
      'sidecar-injector/sidecar-injector': this.#webhook?.port,
      'bench-null/null': this.#nullWebhook?.port,
    };
    const endpoints: Record<string, readonly number[]> = {};
    for (const [service, port] of Object.entries(ports)) {
      const [namespace, name] = service.split('/');
      const { stdout } = await this.#kubectl(
        `-n ${namespace} get service ${name} -o jsonpath={.spec.clusterIP}`,
      );
      endpoints[`${stdout}:443`] = port === undefined ? [] : [port];
    }
    await writeEndpoints(this.#access.endpointsFile, endpoints);
  }

  /** The API server learns of a registration, and of an authority, a moment after they are written. */
  async #untilInjected(variant: Variant): Promise<void> {
    const deadlineMs = performance.now() + 60_000;
    let seen = '';
    while (performance.now() < deadlineMs) {
      seen = await this.pods.containersOf(this.request(variant, { isDryRun: true })).then(String, String);
      if (seen.split(',').includes('git-sync')) return;
      await sleep(200);
    }
    throw new Error(`no git-sync in a pod of ${namespaces[variant]} after a minute: ${seen}`);
  }
}
