import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { V1Pod } from '@kubernetes/client-node';
import { afterEach } from 'vitest';
import { issueAuthority, issueServingCertificate } from '../../src/tls/issue-certificate.ts';
import { otherRegistration } from './other-registration.ts';
import { podOf } from './pod-manifests.ts';
import { eventually, kubectl } from './suite.ts';
import type { TestNamespace } from './test-namespace.ts';

export interface OtherWebhookOptions {
  /** The API server calls webhooks in the order of these names; ours is called sidecar-injector. */
  readonly name: string;
  /** The only one whose pods it is asked about. */
  readonly namespace: TestNamespace;
  /** The JSON Patch for a pod. */
  readonly mutate: (pod: V1Pod) => readonly object[];
  /** `Never` by default. */
  readonly reinvocationPolicy?: 'Never' | 'IfNeeded' | undefined;
}

/** A mutating webhook of somebody else, such as clusters are full of. */
export class OtherWebhook {
  readonly #options: OtherWebhookOptions;
  #server: Server | undefined;
  #calls = 0;

  constructor(options: OtherWebhookOptions) {
    this.#options = options;
  }

  /** Resolves when the API server asks it. */
  async start(): Promise<void> {
    const lifetime = { now: new Date(), days: 1 };
    const authority = await issueAuthority(lifetime);
    const certificate = await issueServingCertificate(authority, ['127.0.0.1'], lifetime);
    const server = createServer(certificate, async (request, response) => {
      response.end(JSON.stringify(await this.#answer(request)));
    });
    this.#server = server;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { name, namespace, reinvocationPolicy } = this.#options;
    const url = `https://127.0.0.1:${port}/`;
    await kubectl(
      'create -f -',
      otherRegistration({ name, namespace, url, authority: authority.cert, reinvocationPolicy }),
    );
    await eventually(
      async () => {
        await namespace.createPod(podOf('probe'), '--dry-run=server');
        if (this.#calls === 0) throw new Error(`the API server does not ask ${name}`);
      },
      { withinMs: 15_000 },
    );
  }

  async stop(): Promise<void> {
    await kubectl(`delete mutatingwebhookconfiguration ${this.#options.name} --ignore-not-found`);
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  async #answer(request: IncomingMessage): Promise<object> {
    this.#calls++;
    const { request: review } = JSON.parse(await text(request));
    const operations = this.#options.mutate(review.object);
    const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
    const response = { uid: review.uid, allowed: true, patchType: 'JSONPatch', patch };
    return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
  }
}

/** Registers such webhooks for a test, after which they are gone. */
export function useOtherWebhooks(): (options: OtherWebhookOptions) => Promise<void> {
  const others: OtherWebhook[] = [];
  afterEach(async () => {
    for (const other of others.splice(0)) await other.stop();
  });
  return async options => {
    const other = new OtherWebhook(options);
    others.push(other);
    await other.start();
  };
}
